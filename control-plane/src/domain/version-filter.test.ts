import { AppError } from "@slipway/contracts/errors";
import { describe, expect, test } from "vitest";
import { parseColumns, parseOrder } from "./columns.ts";
import { parseFilter } from "./version-filter.ts";

function refusal(filter: string): { position: number; message: string } {
  try {
    parseFilter(filter);
  } catch (error) {
    const problem = AppError.from(error);
    const [first] = problem.details.errors ?? [];
    expect(problem.code).toBe("invalid_request");
    expect(first?.field).toBe("filter");
    return { position: first?.position ?? -1, message: problem.message };
  }
  throw new Error(`the filter '${filter}' was taken`);
}

describe("a filter", () => {
  test("binds 'and' closer than 'or', and 'not' closer than both", () => {
    expect(parseFilter("metrics.a > 1 or not tags.b = 'x' and params.c in ('1', 2)")).toEqual({
      kind: "or",
      parts: [
        { kind: "compare", column: { kind: "metrics", key: "a" }, comparison: ">", value: "1" },
        {
          kind: "and",
          parts: [
            {
              kind: "not",
              part: { kind: "compare", column: { kind: "tags", key: "b" }, comparison: "=", value: "x" },
            },
            { kind: "in", column: { kind: "params", key: "c" }, values: ["1", "2"] },
          ],
        },
      ],
    });
  });

  test("needs no spaces, and takes keywords in any case", () => {
    expect(parseFilter("(metrics.a>=0.5)and(version<10)")).toMatchObject({ kind: "and" });
    expect(parseFilter("metrics.a>=.5 AND aliases IS NOT NULL")).toMatchObject({
      kind: "and",
      parts: [
        { comparison: ">=", value: ".5" },
        { kind: "not", part: { kind: "missing" } },
      ],
    });
  });

  test("of blanks alone is none", () => {
    expect(parseFilter("  \n ")).toBeNull();
  });

  test.each([
    ['tags.`my tag` = "it\'s"', { kind: "tags", key: "my tag" }, "it's"],
    ["params.\"learning rate\" = 'it''s'", { kind: "params", key: "learning rate" }, "it's"],
    ["metrics.val/loss.mean = -1e-3", { kind: "metrics", key: "val/loss.mean" }, "-1e-3"],
    ["tags.名前 == 'ü'", { kind: "tags", key: "名前" }, "ü"],
  ])("reads quoted and other unusual names: %s", (text, column, value) => {
    expect(parseFilter(text)).toEqual({ kind: "compare", column, comparison: "=", value });
  });

  test.each([
    ["metrics.accuracy", 16, "the filter ends here"],
    ["accuracy > 1", 0, "expected a column, found 'accuracy'"],
    ["metrics.a > 1 and ", 18, "expected a column"],
    ["metrics.a > 1 metrics.b > 2", 14, "expected 'and', 'or' or the end"],
    ["; drop", 0, "';' has no meaning"],
    ["params.C = 'open", 11, "does not end"],
    ["metrics.a > high", 12, "compared with a number"],
    ["metrics.a like '1%'", 10, "'like' compares texts"],
    ["(metrics.a > 1", 14, "expected ')'"],
    ["aliases > 'a'", 8, "compared with =, !=, like or in"],
    ["registeredAt > 'soon'", 15, "compared with a date"],
    ["benchmark.colour > 1", 0, "expected a column"],
    ["params.C in ()", 13, "expected a value"],
    ["params.C = 'a\0b'", 13, "zero character"],
    ["params.C not = 1", 13, "expected 'in' or 'like'"],
  ])("that cannot be read is refused at the character: %s", (filter, position, words) => {
    const refused = refusal(filter);
    expect(refused.message).toContain(words);
    expect(refused.position).toBe(position);
  });

  test("has a bound for its length, its conditions and its depth", () => {
    expect(refusal("a".repeat(4_001)).message).toContain("4,000");
    expect(refusal(Array.from({ length: 101 }, () => "version>1").join(" or ")).message).toContain("100");
    expect(refusal(`${"(".repeat(60)}version>1${")".repeat(60)}`).message).toContain("parentheses");
    expect(refusal(`${"not ".repeat(60)}version>1`).message).toContain("parentheses");
  });
});

test("an unknown column is refused by name", () => {
  expect(() => parseColumns(["colour"])).toThrow(/colour/);
  expect(() => parseOrder("params.")).toThrow(/params\./);
});
