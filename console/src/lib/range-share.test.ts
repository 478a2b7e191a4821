import { expect, it } from "vitest";
import { rangeShare } from "./range-share.ts";

it("a value lies between the smallest and the largest, however large they are", () => {
  const range = { min: -1, max: 3 };
  expect([-1, 0, 3].map((value) => rangeShare(value, range))).toEqual([0, 0.25, 1]);
  expect(rangeShare(0, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE })).toBe(0.5);
});

it("a value that came after the range was read stays within it", () => {
  expect(rangeShare(9, { min: 0, max: 1 })).toBe(1);
  expect(rangeShare(-9, { min: 0, max: 1 })).toBe(0);
});

it("there is no place without a finite value, a range, or two different ends of it", () => {
  for (const value of ["NaN", "Infinity", undefined] as const)
    expect(rangeShare(value, { min: 0, max: 1 })).toBeNull();
  expect(rangeShare(1, undefined)).toBeNull();
  expect(rangeShare(1, { min: null, max: null })).toBeNull();
  expect(rangeShare(1, { min: 1, max: 1 })).toBeNull();
});
