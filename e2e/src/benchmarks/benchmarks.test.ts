/** A measurement survives the end of either plane at any moment, and the end of what it measures is told. */
import { type Benchmark, benchmarkSchema } from "@slipway/contracts/api/benchmark";
import { afterAll, beforeAll, expect, test } from "vitest";
import { killHard, workersOf } from "#src/processes.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const PATH = `/groups/${GROUP}/models/iris-classifier/versions/2/benchmark`;
let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product[Symbol.asyncDispose]());

/** Waits, also while nobody answers. */
async function until(wanted: (benchmark: Benchmark) => boolean): Promise<Benchmark> {
  for (;;) {
    const answer = await product.api.get(PATH).catch(() => null);
    const benchmark = benchmarkSchema.safeParse(answer).data;
    if (benchmark !== undefined && wanted(benchmark)) return benchmark;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const measuring = ({ message }: Benchmark) => message?.startsWith("One caller") === true;

const finished = ({ state }: Benchmark) => state === "succeeded" || state === "failed";

test("the control plane is killed while a version is measured: the result is found when it is back", async () => {
  await product.api.post(PATH);
  await until(measuring);
  killHard(product.controlPlane.pid);
  const { state, measured } = await until(finished);
  expect(state).toBe("succeeded");
  expect(measured?.figures.loaded.requestsPerSecond).toBeGreaterThan(0);
});

test("the data plane is killed while a version is measured: it measures again, and leaves nothing behind", async () => {
  await product.api.post(PATH);
  await until(measuring);
  killHard(product.dataPlane.pid);
  expect((await until(finished)).state).toBe("succeeded");
  await expect.poll(() => workersOf(product), { timeout: 30_000 }).toEqual([]);
});

test("the worker is killed while it is measured: that is told, and what was measured before stays", async () => {
  const before = (await until(({ state }) => state === "succeeded")).measured;
  await product.api.post(PATH);
  await until(measuring);
  killHard(workersOf(product)[0]);
  expect(await until(({ state }) => state === "failed")).toMatchObject({
    message: "The worker was killed by SIGKILL.",
    measured: before,
  });
});
