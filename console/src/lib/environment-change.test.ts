import { expect, test } from "vitest";
import { compareEnvironments, type EnvironmentFacts } from "./environment-change.ts";

const facts = (changed: Partial<EnvironmentFacts> = {}): EnvironmentFacts => ({
  ...{ requirements: ["mlflow==3.4.0", "numpy==2.0"], pythonVersion: "3.11.7", mlflowVersion: "3.4.0" },
  ...changed,
});

test("requirements that are alike need no other environment, whatever their order and Python's patch version", () => {
  expect(
    compareEnvironments(facts(), facts({ requirements: ["NumPy == 2.0", "mlflow==3.4.0"] })),
  ).toMatchObject({
    ...{ verdict: "same", requirements: [] },
    words: "The requirements are alike, nothing has to be built.",
  });
  const patch = compareEnvironments(facts(), facts({ pythonVersion: "3.11.9" }));
  expect(patch.verdict).toBe("same");
  expect(patch.words).toContain("3.11.7 → 3.11.9");
});

test("another minor version of Python, or another requirement, is another environment", () => {
  expect(compareEnvironments(facts(), facts({ pythonVersion: "3.12.1" })).words).toBe(
    "Python 3.11.7 → 3.12.1. It is built in the rollout, unless it is there already.",
  );
  const one = compareEnvironments(facts(), facts({ requirements: ["mlflow==3.4.0", "numpy==2.1"] }));
  expect(one.words).toMatch(/^1 requirement differs\./);
  expect(one.requirements).toEqual([{ kind: "changed", name: "numpy", from: "==2.0", to: "==2.1" }]);
  expect(
    compareEnvironments(facts(), facts({ requirements: ["mlflow==3.4.0"], pythonVersion: null })).words,
  ).toContain("Python 3.11.7 → of the machine, 1 requirement differs.");
});

test("a version that does not ask for MLflow gets the one that saved it, and that counts", () => {
  const bare = { requirements: ["numpy==2.0"] };
  expect(compareEnvironments(facts(), facts(bare)).verdict).toBe("same");
  expect(compareEnvironments(facts(bare), facts({ ...bare, mlflowVersion: "2.22.0" })).requirements).toEqual([
    { kind: "changed", name: "mlflow", from: "==3.4.0", to: "==2.22.0" },
  ]);
  const skinny = { requirements: ["mlflow-skinny==3.4.0", "numpy==2.0"] };
  expect(compareEnvironments(facts(skinny), facts({ ...skinny, mlflowVersion: "1" })).verdict).toBe("same");
});
