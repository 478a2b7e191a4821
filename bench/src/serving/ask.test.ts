import { expect, test } from "vitest";
import { differingAnswer } from "./ask.ts";

test("numbers may differ in their last digits, labels not at all", () => {
  expect(differingAnswer([0.1 + 0.2, "a"], [0.3, "a"])).toBeUndefined();
  expect(differingAnswer([0.3001], [0.3])).toBe("row 0 is 0.3001, the model says 0.3");
  expect(differingAnswer(["b"], ["a"])).toBe('row 0 is "b", the model says "a"');
  expect(differingAnswer(["1"], [1])).toBe('row 0 is "1", the model says 1');
});

test("an answer of another length is wrong", () => {
  expect(differingAnswer([1, 2], [1])).toBe("2 predictions for 1 rows");
});
