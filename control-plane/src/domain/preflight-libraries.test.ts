import { expect, test } from "vitest";
import { aCheck, anMlmodel, aVersion, judge, of, one, withCheck, withModel } from "#testing/preflight.ts";

test("without python_function nothing can serve it", () => {
  const flavors = { spark: {} };
  expect(one(withModel({ flavors }), "flavor")).toMatchObject({
    level: "error",
    detail: expect.stringContaining("spark"),
  });
});

test.each([
  ["sklearn", "scikit-learn", "sklearn_version"],
  ["xgboost", "xgboost", "xgb_version"],
  ["lightgbm", "lightgbm", "lgb_version"],
  ["pytorch", "torch", "pytorch_version"],
  ["catboost", "catboost", "catboost_version"],
])("%s needs %s, in the version that it was logged with", (flavor, name, key) => {
  const flavors = { python_function: { loader_module: `mlflow.${flavor}` }, [flavor]: { [key]: "2.1.0" } };
  const installs = (packages: Record<string, string>) =>
    judge({
      version: aVersion({ mlmodel: { state: "read", content: anMlmodel({ flavors }) } }),
      environment: { check: aCheck({ resolution: { state: "resolved", packages } }) },
    });
  expect(one(installs({ [name]: "2.1.0" }), "library").level).toBe("ok");
  expect(one(installs({ [name]: "2.1.0+cpu" }), "library").level).toBe("ok");
  expect(one(installs({ [name]: "2.2.0" }), "library")).toMatchObject({
    level: "warning",
    detail: expect.stringContaining("2.2.0"),
  });
  expect(one(installs({ numpy: "2" }), "library")).toMatchObject({
    level: "warning",
    title: `${name} is not among the requirements`,
    remedy: expect.stringContaining(`${name}==2.1.0`),
  });
});

test("what could not be resolved is judged by its own lines", () => {
  const requirements = {
    state: "read" as const,
    content: {
      from: "requirements.txt" as const,
      text: "Scikit_Learn[x] == 1.8.0 # pinned\r\nmlflow\n-e .\n",
    },
  };
  const result = judge({
    version: aVersion({ requirements }),
    environment: { problem: "The data plane does not answer." },
  });
  expect(one(result, "library")).toMatchObject({
    level: "warning",
    detail: expect.stringContaining("1.8.0"),
  });
  expect(of(result, "mlflow")).toEqual([]);
});

test("a flavour that is nobody's property by name is not looked up", () => {
  const flavors = { python_function: { loader_module: "mlflow.x" }, constructor: {}, mine: {} };
  expect(of(withModel({ flavors }), "library")).toEqual([]);
});

test("a pickled class wants the cloudpickle that wrote it", () => {
  const flavors = {
    python_function: {
      loader_module: "mlflow.pyfunc.model",
      python_model: "python_model.pkl",
      cloudpickle_version: "3.1.2",
    },
  };
  const result = judge({
    version: aVersion({ mlmodel: { state: "read", content: anMlmodel({ flavors }) } }),
    environment: {
      check: aCheck({ resolution: { state: "resolved", packages: { cloudpickle: "2.0.0" } } }),
    },
  });
  expect(one(result, "library")).toMatchObject({
    level: "warning",
    title: "cloudpickle would be another version",
  });
});

test.each([
  ["3.17.2", "ok"],
  ["3.10.0", "info"],
  ["2.9.2", "warning"],
])("a model of MLflow 3.17.2 that MLflow %s would load: %s", (mlflow, level) => {
  const resolution = { state: "resolved" as const, packages: { mlflow, "scikit-learn": "1.9.1" } };
  expect(one(withCheck({ resolution }), "mlflow").level).toBe(level);
});
