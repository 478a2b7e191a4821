import { describe, expect, test } from "vitest";
import { aVersion, judge, one, withCheck, withModel } from "#testing/preflight.ts";

test("a version with nothing wrong is ready, each check once", () => {
  const { status, findings } = judge();
  expect(status).toBe("ready");
  expect(findings.map(({ check, level }) => `${check} ${level}`)).toEqual([
    "status ok",
    "files ok",
    "python ok",
    "requirements ok",
    "flavor ok",
    "library ok",
    "mlflow ok",
    "signature ok",
    "example ok",
    "memory ok",
    "format ok",
  ]);
});

test("the worst comes first, and one error blocks", () => {
  const { status, findings } = withModel({ hasSignature: false }, { status: "PENDING_REGISTRATION" });
  expect(status).toBe("blocked");
  expect(findings.slice(0, 3).map(({ check, level }) => [check, level])).toEqual([
    ["status", "error"],
    ["signature", "warning"],
    ["files", "ok"],
  ]);
});

test("information alone leaves a version ready", () => {
  expect(withModel({ examplePath: null }).status).toBe("ready");
});

test("every error says what to do", () => {
  const results = [
    judge({ version: aVersion({ status: "FAILED_REGISTRATION", mlmodel: { state: "missing" } }) }),
    withModel({ flavors: {}, hasSignature: false, examplePath: null }),
    withCheck({ python: { wanted: "3.4", found: null, available: [] } }),
    withCheck({ resolution: { state: "unsatisfiable", message: "no" } }),
    withCheck({ resolution: { state: "timed out" } }),
  ];
  for (const { level, remedy, title } of results.flatMap(({ findings }) => findings))
    if (level === "error") expect(remedy, title).not.toBeNull();
});

describe("signature and example", () => {
  test.each([
    [true, "input_example.json", "ok", "ok"],
    [true, null, "ok", "info"],
    [false, "input_example.json", "warning", "ok"],
    [false, null, "warning", "warning"],
  ] as const)("signature %s, example %s", (hasSignature, examplePath, signature, example) => {
    const result = withModel({ hasSignature, examplePath });
    expect([one(result, "signature").level, one(result, "example").level]).toEqual([signature, example]);
  });
});
