import { expect, test } from "vitest";
import { likeTest } from "./like.ts";

test.each([
  ["lbfgs", "lbfgs", true],
  ["lbfgs", "lbfg", false],
  ["lb%", "lbfgs", true],
  ["%gs", "lbfgs", true],
  ["%g", "lbfgs", false],
  ["%bf%", "lbfgs", true],
  ["l_f_s", "lbfgs", true],
  ["l_s", "lbfgs", false],
  ["%", "", true],
  ["_", "", false],
  ["%%", "anything", true],
  ["a%a", "a", false],
  ["a%ab", "aab", true],
  ["%ab%ab", "ab", false],
  ["_", "😀", true],
  ["%.%", "a\nb", false],
  ["%[a-z]+$%", "x[a-z]+$x", true],
  ["a%", "b\na", false],
  ["L%", "lbfgs", false],
])("'%s' and '%s': %s", (pattern, text, matches) => {
  expect(likeTest(pattern, false)(text)).toBe(matches);
});

test("ilike makes no difference between capital and small letters", () => {
  expect(likeTest("L_FG%", true)("lbfgs")).toBe(true);
  expect(likeTest("%Ü%", true)("übung")).toBe(true);
});

test("a pattern of very many parts takes no longer than the text is long", () => {
  const matches = likeTest(`${"%a".repeat(1_900)}%b`, false);
  expect(matches("a".repeat(100_000))).toBe(false);
  expect(matches(`${"a".repeat(100_000)}b`)).toBe(true);
});
