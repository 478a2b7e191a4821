import { expect, test } from "vitest";
import { aVersion, judge, of, one, withCheck } from "#testing/preflight.ts";

test("another patch of the same Python is told", () => {
  const python = { wanted: "3.11.9", found: "3.11.2", available: ["3.11.2"] };
  expect(one(withCheck({ python }), "python")).toMatchObject({
    level: "ok",
    detail: "3.11.2 is used. The version was logged with 3.11.9.",
  });
});

test("a Python that is missing blocks, with the command that brings it", () => {
  const python = { wanted: "3.4.0", found: null, available: ["3.10.1", "3.11.2"] };
  expect(one(withCheck({ python }), "python")).toMatchObject({
    level: "error",
    title: "Python 3.4 is not installed",
    detail: expect.stringContaining("3.10.1, 3.11.2"),
    remedy: expect.stringContaining("uv python install 3.4"),
  });
});

test("one that is built already is told", () => {
  expect(one(withCheck({ built: true }), "requirements").title).toBe("The environment is built already");
});

test("requirements that cannot be met block, in uv's words", () => {
  const resolution = { state: "unsatisfiable" as const, message: "there is no version of numpy==99" };
  const result = withCheck({ resolution });
  expect(result.status).toBe("blocked");
  expect(one(result, "requirements")).toMatchObject({
    level: "error",
    detail: "there is no version of numpy==99",
  });
});

test("what a check leaves out may bring what it missed", () => {
  const leftOut = ["--extra-index-url https://…@pypi.example/simple"];
  const resolution = { state: "unsatisfiable" as const, message: "own was not found." };
  expect(one(withCheck({ resolution, leftOut }), "requirements")).toMatchObject({
    level: "warning",
    detail: expect.stringContaining("--extra-index-url"),
  });
  expect(of(withCheck({ leftOut }), "requirements").map(({ level }) => level)).toEqual(["info", "ok"]);
});

test.each([
  [{ state: "source only", message: "docopt has no usable wheels." }, "Something must be built from source"],
  [{ state: "unreachable", message: "Failed to fetch" }, "The package index does not answer"],
  [{ state: "timed out" }, "The requirements could not be resolved in time"],
  [{ state: "not tried", message: "no Python" }, "The requirements were not resolved"],
] as const)("%j is no verdict on the requirements", (resolution, title) => {
  const result = withCheck({ resolution });
  expect(result.status).toBe("warnings");
  expect(one(result, "requirements")).toMatchObject({ level: "warning", title });
});

test("without the data plane the other checks stand", () => {
  const result = judge({ environment: { problem: "The data plane does not answer." } });
  expect(one(result, "requirements").detail).toContain("does not answer");
  expect(of(result, "python")).toEqual([]);
  expect(one(result, "flavor").level).toBe("ok");
  expect(one(result, "library").level).toBe("ok");
});

test("requirements that could not be read are not judged", () => {
  const requirements = { state: "unreadable" as const, why: "MLflow is slow." };
  const result = judge({ version: aVersion({ requirements }), environment: null });
  expect(one(result, "requirements")).toMatchObject({ level: "warning" });
  expect(of(result, "library")).toEqual([]);
});
