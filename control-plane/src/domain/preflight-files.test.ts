import { expect, test } from "vitest";
import { aVersion, judge, of, one, withModel } from "#testing/preflight.ts";

test("a version that MLflow has not finished with is not deployed", () => {
  const result = judge({
    version: aVersion({ status: "PENDING_REGISTRATION", statusMessage: "being copied" }),
  });
  expect(one(result, "status")).toMatchObject({
    level: "error",
    detail: "MLflow has the version as PENDING_REGISTRATION: being copied.",
  });
});

test("without MLmodel nothing else of it is judged", () => {
  const result = judge({
    version: aVersion({
      mlmodel: { state: "missing" },
      requirements: { state: "missing" },
      listing: { files: [], complete: true },
    }),
    environment: null,
  });
  expect(result.status).toBe("blocked");
  expect(result.findings.map(({ check }) => check)).toEqual(["files", "status"]);
});

test("an MLmodel that cannot be read is no missing one", () => {
  const result = judge({ version: aVersion({ mlmodel: { state: "unreadable", why: "MLflow is slow." } }) });
  expect(one(result, "files")).toMatchObject({ level: "warning", detail: "MLflow is slow." });
});

test("a file that MLmodel names and that is not there blocks", () => {
  const listing = { complete: true, files: [{ path: "MLmodel", bytes: 1 }] };
  const result = withModel({ examplePath: null }, { listing });
  expect(one(result, "files")).toMatchObject({
    level: "error",
    title: "A file is missing",
    detail: expect.stringContaining("model.skops"),
  });
});

test("a folder that MLmodel names is there with the files in it", () => {
  const flavors = { python_function: { loader_module: "mlflow.pytorch", data: "data" } };
  const listing = { complete: true, files: [{ path: "data/model.pth", bytes: 1 }] };
  expect(one(withModel({ flavors, examplePath: null }, { listing }), "files").level).toBe("ok");
  const alike = { complete: true, files: [{ path: "data.txt", bytes: 1 }] };
  expect(one(withModel({ flavors, examplePath: null }, { listing: alike }), "files").level).toBe("error");
});

test("files of pyfunc's artifacts count, addresses elsewhere do not", () => {
  const flavors = {
    python_function: {
      loader_module: "mlflow.pyfunc.model",
      python_model: "python_model.pkl",
      model_code_path: "/home/ada/model.py",
      artifacts: { weights: { path: "artifacts/weights.bin", uri: "/tmp/w" }, other: null },
    },
  };
  const { detail } = one(withModel({ flavors }, { listing: { files: [], complete: true } }), "files");
  expect(detail).toBe(
    "MLmodel names python_model.pkl, artifacts/weights.bin, input_example.json, which are not among the version's files.",
  );
});

test("what cannot be listed is not guessed at", () => {
  expect(one(withModel({}, { listing: null }), "files")).toMatchObject({
    level: "info",
    title: "The other files could not be checked",
  });
  const some = { complete: false, files: [{ path: "a", bytes: 1 }] };
  expect(one(withModel({}, { listing: some }), "files").level).toBe("info");
});

test("a version without requirements says so", () => {
  expect(
    of(withModel({}, { requirements: { state: "missing" } }), "files").map(({ title }) => title),
  ).toContain("It has no requirements");
});
