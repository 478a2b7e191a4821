import { expect, test } from "vitest";
import { endOfLocalDay, fromLocalTime, toLocalTime } from "./local-time.ts";

test("a time survives the way into a field and back, in whatever time zone", () => {
  for (const iso of ["2026-11-24T14:03:00.000Z", "2026-03-29T00:59:59.000Z", "2026-06-30T23:30:00.000Z"]) {
    expect(fromLocalTime(toLocalTime(iso))).toBe(iso);
  }
});

test("what is no time is no time", () => {
  expect(toLocalTime("at noon")).toBe("");
  expect(fromLocalTime("")).toBeNull();
  expect(fromLocalTime("2026-13-01T00:00")).toBeNull();
  expect(endOfLocalDay("")).toBeNull();
});

test("an expiry on a date lasts to the end of that day here", () => {
  expect(toLocalTime(endOfLocalDay("2026-12-31") ?? "")).toBe("2026-12-31T23:59:59");
});
