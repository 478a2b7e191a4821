import { type DAYS, type WarmWindow, warmWindowSchema } from "@slipway/contracts/api/serving";
import { describe, expect, test } from "vitest";
import { isWarm } from "./warm-windows.ts";

type Day = (typeof DAYS)[number];
const WORKDAYS: Day[] = ["mon", "tue", "wed", "thu", "fri"];

function aWindow(from: string, to: string, more: Partial<WarmWindow> = {}): WarmWindow {
  return warmWindowSchema.parse({ days: WORKDAYS, from, to, timeZone: "UTC", ...more });
}

const warmAt = (window: WarmWindow, ...times: string[]) =>
  times.map((time) => isWarm([window], new Date(time)));

test("a window begins with its first minute and ends before its last, on its days only", () => {
  const office = aWindow("08:00", "18:00");
  expect(
    warmAt(
      office,
      "2026-11-25T07:59:59Z",
      "2026-11-25T08:00:00Z",
      "2026-11-25T17:59:59Z",
      "2026-11-25T18:00:00Z",
    ),
  ).toEqual([false, true, true, false]);
  // The 28th and 29th are a weekend.
  expect(warmAt(office, "2026-11-28T12:00:00Z", "2026-11-29T12:00:00Z", "2026-11-30T12:00:00Z")).toEqual([
    false,
    false,
    true,
  ]);
});

test("a window over midnight belongs to the day on which it begins", () => {
  const night = aWindow("22:00", "06:00", { days: ["fri"] });
  expect(
    warmAt(
      night,
      "2026-11-27T05:00:00Z",
      "2026-11-27T22:00:00Z",
      "2026-11-28T05:59:00Z",
      "2026-11-28T06:00:00Z",
    ),
  ).toEqual([false, true, true, false]);
  expect(warmAt(night, "2026-11-28T22:30:00Z")).toEqual([false]);
  const wholeDay = aWindow("09:00", "09:00", { days: ["sun"] });
  expect(
    warmAt(
      wholeDay,
      "2026-11-29T08:59:00Z",
      "2026-11-29T09:00:00Z",
      "2026-11-30T08:59:00Z",
      "2026-11-30T09:00:00Z",
    ),
  ).toEqual([false, true, true, false]);
});

test("the wall clock of the window's time zone decides, and of several windows any one", () => {
  const berlin = aWindow("08:00", "09:00", { timeZone: "Europe/Berlin" });
  const kathmandu = aWindow("08:00", "09:00", { timeZone: "Asia/Kathmandu" });
  expect(warmAt(berlin, "2026-11-25T07:30:00Z", "2026-07-22T06:30:00Z", "2026-11-25T08:30:00Z")).toEqual([
    true,
    true,
    false,
  ]);
  expect(warmAt(kathmandu, "2026-11-25T02:15:00Z", "2026-11-25T02:14:00Z")).toEqual([true, false]);
  // It is Monday there already.
  expect(warmAt(aWindow("00:00", "03:00", { timeZone: "Pacific/Auckland" }), "2026-11-29T12:00:00Z")).toEqual(
    [true],
  );
  expect(isWarm([berlin, kathmandu], new Date("2026-11-25T02:30:00Z"))).toBe(true);
  expect(isWarm([], new Date())).toBe(false);
});

describe("where the clock is changed", () => {
  const EVERY_DAY: Day[] = [...WORKDAYS, "sat", "sun"];
  const berlin = (from: string, to: string) =>
    aWindow(from, to, { days: EVERY_DAY, timeZone: "Europe/Berlin" });

  test("a time that is skipped is not waited for", () => {
    // On 29 March 2026 01:59 is followed by 03:00 (01:00 UTC).
    expect(
      warmAt(
        berlin("02:30", "03:30"),
        "2026-03-29T00:59:00Z",
        "2026-03-29T01:00:00Z",
        "2026-03-29T01:30:00Z",
      ),
    ).toEqual([false, true, false]);
    expect(warmAt(berlin("02:10", "02:50"), "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z")).toEqual([
      false,
      false,
    ]);
  });

  test("a time that comes twice counts twice", () => {
    // On 25 October 2026 02:59 (00:59 UTC) is followed by 02:00.
    expect(
      warmAt(
        berlin("02:15", "02:45"),
        "2026-10-25T00:15:00Z",
        "2026-10-25T00:45:00Z",
        "2026-10-25T01:15:00Z",
        "2026-10-25T01:45:00Z",
      ),
    ).toEqual([true, false, true, false]);
  });
});
