import { expect, test } from "vitest";
import { applyCompletion, completeFilter } from "./filter-completion.ts";

const NAMES = {
  params: ["C", "learning rate"],
  metrics: ["accuracy", "val_accuracy", "loss"],
  tags: ["stage"],
  benchmark: ["p99Ms"],
  aliases: ["champion"],
  ofAllModels: false,
};

function suggested(text: string): string[] {
  return completeFilter(text, text.length, NAMES).suggestions;
}

test.each([
  ["acc", ["metrics.accuracy", "metrics.val_accuracy"]],
  ["metrics.l", ["metrics.loss"]],
  ["learning", ["params.`learning rate`"]],
  ["metrics.accuracy >", [">="]],
  ["metrics.accuracy > 0.9 ", ["and", "or"]],
  ["metrics.accuracy > 0.9 a", ["and"]],
  ["metrics.accuracy > 0.9 and st", ["status", "tags.stage", "registeredAt"]],
  ["not (ali", ["aliases"]],
  ["aliases = ", ["'champion'"]],
  ["aliases in ('champion', ", ["'champion'"]],
  ["tags.stage is ", ["null", "not null"]],
  ["params.C not ", ["in", "like", "ilike"]],
  ["tags.stage = 'it is and", []],
])("after %s comes %j", (text, expected) => {
  expect(suggested(text)).toEqual(expected);
});

test("numbers are compared with signs, texts also with like", () => {
  expect(suggested("metrics.accuracy ")).not.toContain("like");
  expect(suggested("tags.stage ")).toContain("like");
});

test("a suggestion takes the place of what was typed, and the caret goes behind it", () => {
  const text = "acc > 0.9";
  const { from } = completeFilter(text, 3, NAMES);
  expect(applyCompletion(text, { from, caret: 3, suggestion: "metrics.accuracy" })).toEqual({
    text: "metrics.accuracy > 0.9",
    caret: 17,
  });
});

test("the model's name is suggested where the versions are of all models", () => {
  const suggestions = (ofAllModels: boolean) =>
    completeFilter("nam", 3, { ...NAMES, ofAllModels }).suggestions;
  expect(suggestions(true)).toEqual(["name"]);
  expect(suggestions(false)).toEqual([]);
});
