import { Refusal } from "@slipway/cli/terminal/refusal";
import { expect, test } from "vitest";
import { isWhole, readOptions } from "./options.ts";

test("the whole registry is measured unless less is asked for", () => {
  expect(readOptions([])).toMatchObject({ models: 1_000, versions: 100_000, largest: 10_000, help: false });
  expect(isWhole(readOptions([]))).toBe(true);
  expect(isWhole(readOptions(["--quick"]))).toBe(false);
  expect(readOptions(["--quick", "--rounds", "3"])).toMatchObject({ models: 50, rounds: 3 });
});

test("what cannot be measured is refused by its name", () => {
  const wrong = [["--models", "none"], ["--pages", "0"], ["--rows", "1"], ["more"], ["--versions", "10000"]];
  for (const words of wrong) expect(() => readOptions(words)).toThrow(Refusal);
});
