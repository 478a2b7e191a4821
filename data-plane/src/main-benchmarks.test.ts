/** The real data plane measures versions with real workers, beside what it serves. */
import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import { type ObservedBenchmark, observationsSchema } from "@slipway/contracts/observation";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { injectedTools, RunningPlane } from "./running-plane.test-kit.ts";

const IRIS = { id: "iris", revisions: [{ number: 1, weight: 100, model: "iris-classifier", version: "2" }] };

let plane: RunningPlane;
let serving: number[] = [];

beforeAll(async () => {
  plane = new RunningPlane(injectedTools());
  await plane.start();
  await plane.assign(IRIS);
  await plane.until("iris", 1, ({ state }) => state === "ready");
  serving = plane.workers();
});
afterAll(() => plane[Symbol.asyncDispose]());

function assign(...benchmarks: { id: string; model: string; version: string }[]): Promise<void> {
  const from = { trackingUri: inject("mlflowUri"), workspace: null, variables: [], fingerprint: "1" };
  plane.benchmarks = benchmarks.map(({ id, model, version }) => ({
    id,
    model: { ...from, name: model, version },
    resources: { cpuThreads: 1, memoryBytes: 2 * 1024 ** 3 },
    batching: SERVING_DEFAULTS.batching,
  }));
  return plane.assign(IRIS);
}

async function observed(): Promise<ObservedBenchmark[]> {
  const { body } = await plane.private("GET", "/observations?waitMs=0");
  return observationsSchema.parse(JSON.parse(body)).benchmarks;
}

async function find(id: string): Promise<ObservedBenchmark | undefined> {
  return (await observed()).find((one) => one.id === id);
}

async function until(
  id: string,
  wanted: (observed: ObservedBenchmark) => boolean,
): Promise<ObservedBenchmark> {
  for (;;) {
    const found = await find(id);
    if (found !== undefined && wanted(found)) return found;
    await new Promise((next) => setTimeout(next, 50));
  }
}

const measuring = ({ message }: ObservedBenchmark) => message?.startsWith("One caller") === true;
const finished = ({ state }: ObservedBenchmark) => state === "succeeded" || state === "failed";
const measured = (): number[] => plane.workers().filter((pid) => !serving.includes(pid));

test("versions are measured one after another, behind what serves, and the results stay until they are taken off", async () => {
  await assign(
    { id: "first", model: "iris-classifier", version: "1" },
    { id: "second", model: "broken-load", version: "1" },
  );
  const said: (string | null)[] = [];
  await until("first", (seen) => {
    if (said.at(-1) !== seen.message) said.push(seen.message);
    return measuring(seen);
  });
  expect(said).toContain("Loading the model.");
  const [worker, ...others] = measured();
  expect(others).toEqual([]);
  expect(getPriority(worker)).toBeGreaterThan(getPriority(serving[0]));
  expect((await find("second"))?.state).toBe("waiting");
  expect((await plane.call("/deployment/iris/ping")).status).toBe(200);

  const { figures } = await until("first", finished);
  expect(figures).toMatchObject({
    example: "input example",
    cpuThreads: 1,
    batching: { state: expect.any(String) },
  });
  expect(figures?.rows).toBeGreaterThan(0);
  expect(figures?.memoryBytes).toBeGreaterThan(50 * 1024 ** 2);
  expect(figures?.loadMs).toBeGreaterThan(0);
  expect(figures?.firstAnswerMs).toBeGreaterThan(figures?.loadMs ?? 0);
  for (const part of [figures?.single, figures?.loaded]) {
    expect(part?.p50Ms).toBeGreaterThan(0);
    expect(part?.p99Ms).toBeGreaterThanOrEqual(part?.p50Ms ?? 0);
    expect(part?.requestsPerSecond).toBeGreaterThan(0);
  }

  expect(await until("second", finished)).toMatchObject({
    ...{ state: "failed", message: expect.stringContaining("the weights of this model are damaged") },
  });
  expect((await find("first"))?.figures).toEqual(figures);
  expect(measured()).toEqual([]);
  expect(
    readdirSync(join(plane.home, "data-plane", "scratch")).filter((name) => name.includes("benchmark")),
  ).toEqual([]);
  await assign();
  expect(await observed()).toEqual([]);
});

test.each([
  ["iris-unsigned", "neither an input example nor a signature"],
  ["broken-predict", "ValueError: this model refuses every input"],
])("what cannot be measured, like %s, says why and leaves no process", async (model, words) => {
  await assign({ id: model, model, version: "1" });
  expect(await until(model, finished)).toMatchObject({
    ...{ state: "failed", message: expect.stringContaining(words), figures: null },
  });
  expect(measured()).toEqual([]);
});

test("one that is taken off ends at once, and the next begins", async () => {
  const next = { id: "next", model: "broken-load", version: "1" };
  await assign({ id: "given-up", model: "iris-classifier", version: "1" }, next);
  await until("given-up", measuring);
  await assign(next);
  expect(await find("given-up")).toBeUndefined();
  expect(await until("next", finished)).toMatchObject({ state: "failed" });
  expect(measured()).toEqual([]);
});

test("a data plane that is killed while it measures measures again when it is back, and serves on", async () => {
  await assign({ id: "again", model: "iris-classifier", version: "1" });
  await until("again", measuring);
  await plane.end("SIGKILL");
  await plane.start();
  expect(await until("again", finished)).toMatchObject({ state: "succeeded", message: null });
  const { example } = await plane.until("iris", 1, ({ state }) => state === "ready");
  const body = JSON.stringify(example?.body);
  expect((await plane.call("/deployment/iris/invocations", { body })).status).toBe(200);
  expect(plane.workers()).toHaveLength(1);
});
