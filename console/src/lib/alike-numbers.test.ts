import { expect, test } from "vitest";
import { formatAlike, formatDelta, formatDeltaShare } from "./alike-numbers.ts";

test.each<[number[], string[]]>([
  [
    [0.97, 0.9666666666666667],
    ["0.9700", "0.9667"],
  ],
  [
    [0.973123, 0.973124],
    ["0.973123", "0.973124"],
  ],
  [
    [1, 200, 3],
    ["1", "200", "3"],
  ],
  [
    [0.5, 0.25],
    ["0.50", "0.25"],
  ],
  [
    [0, 0.5],
    ["0.0", "0.5"],
  ],
  [
    [1234.5678, 2],
    ["1234.5678", "2.0000"],
  ],
  [
    [0.00001, 0.00002],
    ["1.000e-5", "2.000e-5"],
  ],
  [
    [1e12, 0],
    ["1.000e+12", "0"],
  ],
  [
    [-0.125, 0.125],
    ["-0.125", "0.125"],
  ],
  [
    [0.5, 0.5],
    ["0.5", "0.5"],
  ],
  [[], []],
  [[0], ["0"]],
])("%j is written %j", (values, texts) => {
  expect(formatAlike(values)).toEqual(texts);
});

test("different numbers never look the same, however close and however large", () => {
  for (const values of [
    [0.1 + 0.2, 0.3],
    [1e300, 1.0000000000000002e300],
    [5e-324, 1e-323],
    [123456789.123, 123456789.1231],
    [1, 1 + Number.EPSILON, 1e-9],
    [1e8, 1e-8],
  ]) {
    const texts = formatAlike(values);
    expect(new Set(texts).size, texts.join(" ")).toBe(values.length);
  }
});

test("a difference has a sign and no digits of the subtraction's own", () => {
  expect([formatDelta(0.3, 0.1), formatDelta(0.1, 0.3), formatDelta(2, 2)]).toEqual(["+0.2", "−0.2", "±0"]);
  expect(formatDelta(0.9733333, 0.9666666)).toBe("+0.006667");
});

test("a difference as a share is left out where it says nothing", () => {
  expect(formatDeltaShare(110, 100)).toBe("+10 %");
  expect(formatDeltaShare(-101, -100)).toBe("−1 %");
  expect(formatDeltaShare(100.01, 100)).toBeNull();
  expect([formatDeltaShare(1, 0), formatDeltaShare(5, 5), formatDeltaShare(1e9, 1)]).toEqual([
    null,
    null,
    null,
  ]);
});
