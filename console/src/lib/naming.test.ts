import { deploymentIdSchema, deploymentNameSchema } from "@slipway/contracts/ids";
import { expect, it } from "vitest";
import { proposeUniqueId, proposeUniqueName } from "./naming.ts";

it("a proposed name is the model's until that is taken, then numbered", () => {
  expect(proposeUniqueName("iris-classifier", [])).toBe("iris-classifier");
  expect(proposeUniqueName("iris-classifier", ["Iris-Classifier", "iris-classifier-2"])).toBe(
    "iris-classifier-3",
  );
});

it("proposals are legal for any model name", () => {
  for (const model of ["a/b c", '100% "best"', "模型", "---", "x".repeat(300), "it's"]) {
    const name = proposeUniqueName(model, [proposeUniqueName(model, [])]);
    expect(deploymentNameSchema.safeParse(name).success, name).toBe(true);
    const id = proposeUniqueId(name, [proposeUniqueId(name, [])]);
    expect(deploymentIdSchema.safeParse(id).success, id).toBe(true);
  }
});
