import type { MlflowBinding } from "@slipway/contracts/api/mlflow-binding";
import { expect, it } from "vitest";
import { bindingForm, bindingRequest } from "./binding-form.ts";

const stored: MlflowBinding = {
  trackingUri: "http://mlflow:5000/prefix",
  uiUri: null,
  workspace: null,
  trackingVariables: [
    { name: "MLFLOW_TRACKING_USERNAME", secret: false, value: "ann" },
    { name: "MLFLOW_TRACKING_PASSWORD", secret: true },
  ],
  artifactVariables: [],
  webhook: false,
  writeBack: true,
  writeBackProblem: null,
  updatedAt: "2026-11-23T12:00:00Z",
  updatedBy: "admin",
};

it("saving an untouched form keeps the stored secrets without sending any", () => {
  expect(bindingRequest(bindingForm(stored)).request).toEqual({
    trackingUri: "http://mlflow:5000/prefix",
    uiUri: null,
    workspace: null,
    trackingVariables: [
      { name: "MLFLOW_TRACKING_USERNAME", secret: false, value: "ann" },
      { name: "MLFLOW_TRACKING_PASSWORD", secret: true },
    ],
    artifactVariables: [],
    writeBack: true,
  });
  expect(bindingRequest({ ...bindingForm(null), trackingUri: "http://mlflow" }).request?.writeBack).toBe(
    false,
  );
});

it("what is wrong lands on its field", () => {
  const form = bindingForm(stored);
  const row = {
    key: 9,
    name: "MLFLOW_TRACKING_USERNAME",
    secret: true,
    value: "",
    stored: false,
    storedAs: null,
  };
  const { errors } = bindingRequest({
    ...form,
    trackingUri: "mlflow:5000",
    trackingVariables: [...form.trackingVariables, row],
  });
  expect(Object.keys(errors ?? {}).toSorted()).toEqual([
    "trackingUri",
    "trackingVariables.2.name",
    "trackingVariables.2.value",
  ]);
});
