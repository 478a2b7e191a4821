import { expect, test } from "vitest";
import { one, withModel } from "#testing/preflight.ts";
import type { MlmodelFacts } from "./version-facts.ts";

const formatOf = (flavors: MlmodelFacts["flavors"], files: string[] = []) =>
  one(
    withModel(
      { flavors, examplePath: null },
      { listing: { complete: true, files: files.map((path) => ({ path, bytes: 1 })) } },
    ),
    "format",
  );

test.each([
  [{ sklearn: { pickled_model: "model.skops", serialization_format: "skops" } }, []],
  [{ xgboost: { data: "model.ubj" } }, []],
  [{ xgboost: { data: "model.json" } }, []],
  [{ lightgbm: { data: "model.txt" } }, []],
  [{ onnx: { data: "model.onnx" } }, []],
  [{ transformers: { model_binary: "model" } }, ["model/model.safetensors", "model/config.json"]],
])("%j holds data", (flavors, files) => {
  expect(formatOf({ python_function: { loader_module: "mlflow.x" }, ...flavors }, files).level).toBe("ok");
});

test.each([
  [{ sklearn: { pickled_model: "model.pkl", serialization_format: "cloudpickle" } }, "model.pkl is a pickle"],
  [{ sklearn: { pickled_model: "model", serialization_format: "pickle" } }, "It is saved as pickle"],
  [{ python_function: { python_model: "python_model.pkl" } }, "python_model.pkl is a pickle"],
  [{ python_function: { python_model: "model.py" } }, "model.py is a Python model"],
  [{ python_function: { loader_module: "my_loader" } }, "my_loader loads it"],
  [{ python_function: { loader_module: "mlflow.x", code: "code" } }, "The folder code holds"],
  [{ lightgbm: { data: "model.joblib" } }, "model.joblib is a pickle"],
])("%j runs code", (flavors, words) => {
  expect(formatOf(flavors)).toMatchObject({ level: "info", detail: expect.stringContaining(words) });
});

test("weights that are pickles are found among the files", () => {
  const flavors = { python_function: { loader_module: "mlflow.pytorch", data: "data" }, pytorch: {} };
  expect(formatOf(flavors, ["data/model.pth"]).detail).toContain("data/model.pth is a pickle");
  expect(formatOf(flavors, ["data/pytorch_model-00001.bin"]).detail).toContain("is a pickle");
});

test("what skops is told to trust is told", () => {
  const sklearn = { pickled_model: "m.skops", serialization_format: "skops", skops_trusted_types: ["a.B"] };
  expect(formatOf({ python_function: { loader_module: "mlflow.sklearn" }, sklearn }).detail).toContain("a.B");
});

test("an unknown format is called one", () => {
  const finding = formatOf({ python_function: { loader_module: "mlflow.x", data: "data" } }, ["data/blob"]);
  expect(finding.title).toBe("Whether loading it runs code is not known");
});
