import { expect, it } from "vitest";
import { sectionOf, shownErrors, specErrors } from "./spec-errors.ts";
import { newSpecForm, type SpecForm } from "./spec-form.ts";
import { strategyForm } from "./strategy-form.ts";
import { withNewVariable } from "./variable-rows.ts";

const VARIABLE = { secret: false, value: "x", stored: false, storedAs: null };

function aForm(change: Partial<SpecForm> = {}): SpecForm {
  return { ...newSpecForm("models:/iris/2"), ...change };
}

it("the defaults are right as they are", () => {
  expect(specErrors(aForm())).toEqual({});
});

it("what is wrong lands on its field, under the API's name of it", () => {
  const canary = strategyForm({ kind: "all-at-once" }).canary;
  const [first, second] = canary.steps;
  if (!first || !second) throw new Error("A canary begins with two steps.");
  const errors = specErrors(
    aForm({
      modelUri: "iris",
      minReplicas: 3,
      maxReplicas: "",
      warmSeconds: 100_000,
      variables: [
        { ...VARIABLE, key: 0, name: "PATH" },
        { ...VARIABLE, key: 1, name: "A" },
        { ...VARIABLE, key: 2, name: "A", secret: true, value: "" },
      ],
      metadata: [
        { key: 0, name: "two words", value: "" },
        { key: 1, name: "team", value: "" },
      ],
      strategy: {
        ...strategyForm({ kind: "all-at-once" }),
        kind: "canary",
        canary: { ...canary, steps: [first, { ...second, weight: 120 }], errorRateIncreasePercent: 130 },
      },
    }),
  );
  expect(errors).toEqual({
    modelUri: expect.stringContaining("models:/<name>/<version>"),
    maxReplicas: "Give a number.",
    warmSeconds: "Give at most 86400.",
    "variables.0.name": "Slipway sets this variable itself. Choose another name.",
    "variables.2.name": "'A' is set twice.",
    "variables.2.value": "Give the secret a value.",
    "metadata.0": expect.stringContaining("letters, digits"),
    "strategy.steps.1.weight": "Give at most 99.",
    "strategy.bounds.errorRateIncreaseMax": "Give at most 100.",
  });
  expect(new Set(Object.keys(errors).map(sectionOf))).toEqual(
    new Set([null, "serving", "strategy", "variables", "metadata"]),
  );
});

it("steps that take no more than the one before are wrong", () => {
  const strategy = strategyForm({ kind: "all-at-once" });
  const steps = strategy.canary.steps.toReversed();
  const form = aForm({ strategy: { ...strategy, kind: "canary", canary: { ...strategy.canary, steps } } });
  expect(Object.keys(specErrors(form))).toEqual(["strategy.steps"]);
});

it("what is missing is said only after somebody has tried to deploy", () => {
  const form = aForm({ variables: withNewVariable([]) });
  expect(shownErrors(form, { tried: false, told: {} })).toEqual({});
  expect(Object.keys(shownErrors(form, { tried: true, told: {} }))).toEqual([
    "variables.0.name",
    "variables.0.value",
  ]);
});

it("what the API says of an entry of the metadata lands on its row", () => {
  const form = aForm({ metadata: [{ key: 0, name: "a.b", value: "x" }] });
  const told = { "metadata.a.b": "Too long.", maxReplicas: "1 replica used, 4 more asked for, 3 allowed" };
  expect(shownErrors(form, { tried: true, told })).toEqual({
    "metadata.0": "Too long.",
    maxReplicas: "1 replica used, 4 more asked for, 3 allowed",
  });
});
