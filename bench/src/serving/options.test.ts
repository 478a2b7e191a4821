import { Refusal } from "@slipway/cli/terminal/refusal";
import { expect, test } from "vitest";
import { estimateMs } from "./estimate.ts";
import { isWhole, readOptions } from "./options.ts";

test("without options everything is measured, in three quarters of an hour", () => {
  const options = readOptions([]);
  expect(isWhole(options)).toBe(true);
  expect(estimateMs(options)).toBeLessThan(45 * 60_000);
});

test("a run of some models, sides, parts or fewer rounds is not the published one", () => {
  for (const words of [
    ["--models", "text"],
    ["--peers", "mlflow"],
    ["--only", "loads"],
    ["--rounds", "2"],
    ["--quick"],
  ]) {
    expect(isWhole(readOptions(words))).toBe(false);
  }
});

test("Slipway always takes part, alone when there are no peers", () => {
  expect(readOptions(["--peers", "none"]).sides).toEqual(["slipway"]);
  expect(readOptions(["--peers", "ray,mlflow"]).sides).toEqual(["slipway", "mlflow", "ray"]);
});

test("a word that is not known is refused with those that are", () => {
  expect(() => readOptions(["--models", "tree"])).toThrow("--models knows no 'tree'. Choose of: logistic");
  expect(() => readOptions(["--rounds", "0"])).toThrow("--rounds takes a whole number from 1.");
  expect(() => readOptions(["--faster"])).toThrow(Refusal);
});
