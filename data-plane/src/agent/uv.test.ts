import { expect, test } from "vitest";
import { uvErrorLine } from "./uv.ts";

test("uv's reason is one sentence without drawings, hints and earlier output", () => {
  const boxed = [
    "Using Python 3.11.2",
    "  × No solution found when resolving dependencies:",
    "  ╰─▶ Because there is no version of left-pad==99 and you require",
    "      left-pad==99, we can conclude that your requirements are unsatisfiable.",
    "",
    "hint: something else",
  ].join("\n");
  expect(uvErrorLine(boxed)).toBe(
    "No solution found when resolving dependencies: Because there is no version of left-pad==99 and you require " +
      "left-pad==99, we can conclude that your requirements are unsatisfiable.",
  );
  expect(uvErrorLine("warning: slow\nerror: No space left\n  cause: the disk is full")).toBe(
    "No space left the disk is full",
  );
});

test("an end without a word is said to be one", () => {
  expect(uvErrorLine("")).toBe("uv gave no reason");
});
