import { expect, test } from "vitest";
import { compareAnswers } from "./compare.ts";

function answer(predictions: unknown): Buffer {
  return Buffer.from(JSON.stringify({ predictions }));
}

test.each([
  [
    [1, 2.5],
    [1, 2.5 + 1e-9],
  ],
  [
    ["a", null, true],
    ["a", null, true],
  ],
  [[[0.25, 0.75]], [[0.25, 0.75]]],
  [[{ x: 1, y: [1, 2] }], [{ y: [1, 2], x: 1 }]],
  [{ x: [1, 2] }, { x: [1, 2] }],
])("%j and %j are alike", (old, next) => {
  expect(compareAnswers(answer(old), answer(next))?.differing).toEqual([]);
});

test("rows that differ are named with both answers, also where one of them has fewer rows", () => {
  expect(compareAnswers(answer([1, 2, 3]), answer([1, 2.5]))).toEqual({
    rows: 3,
    differing: [
      { row: 1, old: 2, new: 2.5 },
      { row: 2, old: 3, new: undefined },
    ],
    largestDifference: 0.5,
  });
});

test("a table in columns is compared row by row", () => {
  const { differing, rows } =
    compareAnswers(answer({ a: [1, 2], b: ["x", "y"] }), answer({ a: [1, 2], b: ["x", "z"] })) ?? {};
  expect([rows, differing?.map(({ row }) => row)]).toEqual([2, [1]]);
});

test("what is no answer of the scoring protocol is not compared", () => {
  expect(compareAnswers(answer([1]), Buffer.from("<html>"))).toBeUndefined();
  expect(compareAnswers(Buffer.from("[1]"), answer([1]))).toBeUndefined();
});
