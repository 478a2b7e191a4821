import { type BenchmarkFigures, benchmarkSchema } from "@slipway/contracts/api/benchmark";
import { modelVersionDetailSchema, modelVersionListSchema } from "@slipway/contracts/api/model";
import type { ObservedBenchmark } from "@slipway/contracts/observation";
import { describe, expect, inject, test } from "vitest";
import { listBindings } from "#store/group-store.ts";
import { useApi } from "#testing/api.ts";
import { reconcileBenchmarks } from "./benchmarks.ts";

const { call, problemOf, database, aGroup } = await useApi();
const PATH = "/groups/demo/models/iris-classifier/versions";
const GIB = 1024 ** 3;
const FIGURES: BenchmarkFigures = {
  single: { p50Ms: 1.5, p99Ms: 4, requestsPerSecond: 600 },
  loaded: { callers: 64, p50Ms: 9, p99Ms: 20, requestsPerSecond: 5_000, rowsPerBatch: 32 },
  ...{ example: "input example", rows: 1, batching: { state: "on", reason: "Row by row." } },
  ...{ memoryBytes: 3e8, loadMs: 2_000, firstAnswerMs: 2_050, cpuThreads: 1 },
};
const faster = (p99Ms: number) => ({ ...FIGURES, single: { ...FIGURES.single, p99Ms } });

const ask = async (version: string, body?: object) =>
  benchmarkSchema.parse(await call("POST", `${PATH}/${version}/benchmark`, { as: "bob", body }));
const read = async (version: string) =>
  benchmarkSchema.parse(await call("GET", `${PATH}/${version}/benchmark`, { as: "bob" }));

/** One cycle, in which the data plane reports this of the version that it was handed over. */
async function cycle(
  ...reports: (Pick<ObservedBenchmark, "state"> & { version: string } & Partial<ObservedBenchmark>)[]
) {
  const bindings = new Map((await listBindings(database)).map((row) => [row.groupName, row]));
  const assigned = await reconcileBenchmarks(database, { observed: [], bindings, at: new Date() });
  const observed = reports.map(({ version, ...report }) => {
    const id = assigned.find(({ model }) => model.version === version)?.id ?? "unknown";
    return { id, message: null, figures: null, ...report };
  });
  const left = await reconcileBenchmarks(database, { observed, bindings, at: new Date() });
  return { assigned, left: left.map(({ model }) => model.version) };
}

describe("a benchmark", () => {
  test("is asked for, handed over with all that the data plane needs, and its result kept before it is taken off", async () => {
    expect(await read("1")).toEqual({
      ...{
        state: "none",
        message: null,
        requestedAt: null,
        requestedBy: null,
        finishedAt: null,
        measured: null,
      },
    });
    expect(await ask("1")).toMatchObject({ state: "waiting", requestedBy: "bob", measured: null });
    const { assigned } = await cycle({ version: "1", state: "running", message: "Loading" });
    expect(assigned).toEqual([
      {
        id: expect.any(String),
        model: {
          ...{ trackingUri: inject("mlflowUri"), workspace: null, variables: [], version: "1" },
          ...{ name: "iris-classifier", fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) },
        },
        resources: { cpuThreads: 1, memoryBytes: 4 * GIB },
        batching: { mode: "auto", requestsMax: 64, delayMsMax: 5 },
      },
    ]);
    expect(await read("1")).toMatchObject({ state: "running", message: "Loading", finishedAt: null });
    const { left } = await cycle({ version: "1", state: "succeeded", figures: FIGURES });
    expect(left).toEqual([]);
    expect(await read("1")).toMatchObject({
      ...{ state: "succeeded", message: null, finishedAt: expect.any(String) },
      measured: { figures: FIGURES, terms: { instanceType: "medium", batching: { mode: "auto" } } },
    });
  });

  test("that fails says why, and what was measured before stays", async () => {
    await ask("1");
    await cycle({ version: "1", state: "failed", message: "ValueError: no" });
    expect(await read("1")).toMatchObject({
      ...{ state: "failed", message: "ValueError: no" },
      measured: { figures: FIGURES },
    });
    expect((await cycle()).assigned).toEqual([]);
  });

  test("is one however often it is asked for; other terms replace it, and what the old one finds is not taken for it", async () => {
    const first = await ask("2", { instanceType: "small" });
    const [before] = (await cycle()).assigned;
    expect(await ask("2", { instanceType: "small" })).toEqual(first);
    expect((await cycle()).assigned).toEqual([before]);
    await ask("2", { instanceType: "small", batching: { mode: "off" } });
    const [after] = (await cycle()).assigned;
    expect(after).toMatchObject({ resources: { memoryBytes: GIB }, batching: { mode: "off" } });
    expect(after?.id).not.toBe(before?.id);
    const stale = { id: before?.id ?? "", state: "succeeded", message: null, figures: FIGURES } as const;
    const bindings = new Map();
    const left = await reconcileBenchmarks(database, { observed: [stale], bindings, at: new Date() });
    expect(left.map(({ id }) => id)).toEqual([after?.id]);
    expect(await read("2")).toMatchObject({ state: "waiting", measured: null });
    await cycle({ version: "2", state: "succeeded", figures: faster(2) });
  });

  test("of several waits its turn: all are handed over, the oldest first", async () => {
    await ask("3");
    await ask("1");
    expect((await cycle()).assigned.map(({ model }) => model.version)).toEqual(["3", "1"]);
    await cycle(
      { version: "3", state: "succeeded", figures: faster(3) },
      { version: "1", state: "succeeded", figures: faster(4) },
    );
  });

  test("follows credentials that are rotated in the binding", async () => {
    const group = await aGroup("rotated");
    await call("POST", `/groups/${group}/models/iris-classifier/versions/1/benchmark`);
    await call("PUT", `/groups/${group}/mlflow`, {
      body: {
        trackingUri: inject("mlflowUri"),
        artifactVariables: [{ name: "AWS_REGION", secret: false, value: "eu" }],
      },
    });
    const { assigned } = await cycle();
    expect(assigned[0]?.model.variables.map(({ name }) => name)).toEqual(["AWS_REGION"]);
    await call("DELETE", `/groups/${group}`);
    expect((await cycle()).assigned).toEqual([]);
  });
});

test("figures are columns of the versions, sorted and filtered by, and on the version's page", async () => {
  const list = async (query: string) =>
    modelVersionListSchema
      .parse(await call("GET", `${PATH}?${query}`, { as: "bob" }))
      .items.map(({ version, benchmark }) => [version, benchmark]);
  expect(await list("columns=benchmark.p99Ms&orderBy=benchmark.p99Ms")).toEqual([
    ["2", { p99Ms: 2 }],
    ["3", { p99Ms: 3 }],
    ["1", { p99Ms: 4 }],
  ]);
  expect(await list("columns=benchmark.requestsPerSecond&filter=benchmark.p99Ms>=3")).toEqual([
    ["3", { requestsPerSecond: 5_000 }],
    ["1", { requestsPerSecond: 5_000 }],
  ]);
  expect(await problemOf("GET", `${PATH}?columns=benchmark.speed`)).toMatchObject({
    ...{ code: "invalid_request", errors: [{ field: "columns" }] },
  });
  expect(modelVersionDetailSchema.parse(await call("GET", `${PATH}/2`)).benchmark).toEqual({
    ...{ p50Ms: 1.5, p99Ms: 2, requestsPerSecond: 5_000, memoryBytes: 3e8, loadMs: 2_000 },
  });
});

describe("a benchmark is refused", () => {
  test.each([
    [{ instanceType: "huge" }, "instanceType"],
    [{ batching: { requestsMax: 0 } }, "batching.requestsMax"],
    [{ seconds: 60 }, "seconds"],
  ])("as %j", async (body, field) => {
    expect(await problemOf("POST", `${PATH}/1/benchmark`, { as: "bob", body })).toMatchObject({
      ...{ code: "invalid_request", errors: [{ field }] },
    });
  });

  test("of a version that is not there, and to who is not of the group", async () => {
    for (const method of ["GET", "POST"] as const) {
      expect((await problemOf(method, `${PATH}/99/benchmark`)).code).toBe("model_version_not_found");
      expect((await problemOf(method, `${PATH}/1/benchmark`, { as: "eve" })).code).toBe("group_not_found");
    }
  });
});
