import { type Preflight, type PreflightFinding, preflightSchema } from "@slipway/contracts/api/preflight";
import { expect, test } from "vitest";
import { useApi } from "#testing/api.ts";

// Nothing listens where the data plane would: what needs it is said not to have been checked.
const { call, problemOf } = await useApi();

async function preflight(model: string, version = "1", query = ""): Promise<Preflight> {
  return preflightSchema.parse(
    await call("GET", `/groups/demo/models/${model}/versions/${version}/preflight${query}`),
  );
}

function found({ findings }: Preflight, check: PreflightFinding["check"]): PreflightFinding[] {
  return findings.filter((finding) => finding.check === check);
}

test("a good version passes, and what the data plane would know is said to be missing", async () => {
  const result = await preflight("iris-classifier", "2");
  expect(result.findings.filter(({ level }) => level !== "ok")).toEqual([
    {
      check: "requirements",
      level: "warning",
      title: "Python and requirements could not be checked",
      detail: expect.stringContaining("data plane does not answer"),
      remedy: expect.any(String),
    },
  ]);
  expect(result.status).toBe("warnings");
  expect(found(result, "files")[0]?.detail).toMatch(/^\d files, among them MLmodel, model.skops/);
  expect(found(result, "format")[0]).toMatchObject({
    level: "ok",
    detail: expect.stringContaining("model.skops"),
  });
  expect(found(result, "library")[0]).toMatchObject({
    level: "ok",
    title: "scikit-learn is among the requirements",
  });
});

test("a version whose files are gone is blocked, and told so once", async () => {
  const result = await preflight("missing-files");
  expect(result.status).toBe("blocked");
  expect(result.findings.filter(({ level }) => level === "error" || level === "warning")).toEqual([
    expect.objectContaining({ check: "files", level: "error", title: "MLmodel is missing" }),
  ]);
});

test("without signature and example there is nothing to check requests against, or to try it with", async () => {
  const result = await preflight("iris-unsigned");
  expect(found(result, "signature")[0]?.level).toBe("warning");
  expect(found(result, "example")[0]?.level).toBe("warning");
});

test("a pickle is told", async () => {
  const result = await preflight("broken-load");
  expect(found(result, "format")[0]).toMatchObject({
    level: "info",
    detail: expect.stringContaining("python_model.pkl is a pickle"),
  });
  expect(found(result, "example")[0]).toMatchObject({ level: "info" });
});

test("memory is judged by what the form would give", async () => {
  const MIB = 1024 ** 2;
  expect(found(await preflight("iris-classifier", "2"), "memory")[0]?.level).toBe("ok");
  const small = await preflight("iris-classifier", "2", `?memoryBytes=${128 * MIB}`);
  expect(found(small, "memory")[0]).toMatchObject({
    level: "warning",
    detail: expect.stringContaining("128 MiB"),
  });
  const problem = await problemOf(
    "GET",
    "/groups/demo/models/iris-classifier/versions/2/preflight?memoryBytes=much",
  );
  expect(problem).toMatchObject({ status: 400, errors: [{ field: "memoryBytes" }] });
});

test("a version that is not there, and a stranger, are refused as everywhere", async () => {
  const path = "/groups/demo/models/iris-classifier/versions/999/preflight";
  expect(await problemOf("GET", path)).toMatchObject({ code: "model_version_not_found" });
  expect((await problemOf("GET", path, { as: "eve" })).status).toBeGreaterThanOrEqual(403);
});
