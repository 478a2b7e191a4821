import { expect, test } from "vitest";
import { BackOff } from "./back-off.ts";

test("waits grow to a bound and are forgotten after a healthy while", () => {
  const backOff = new BackOff();
  const waits = Array.from({ length: 10 }, () => backOff.next(0));
  expect(waits.slice(0, 3)).toEqual([250, 500, 1000]);
  expect(waits.at(-1)).toBe(30_000);
  expect(backOff.next(61_000)).toBe(250);
});
