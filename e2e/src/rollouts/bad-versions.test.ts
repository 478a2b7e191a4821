/** Versions that load and then misbehave: the revision that serves goes on, and the message says what happened. */
import { type DeploymentPatchInput, replicaSchema } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOUBLED, TestedEndpoint } from "#src/load/endpoint.ts";
import { describeFailures, failures, mostInFlight, type Outcome } from "#src/load/outcome.ts";
import { workersOf } from "#src/processes.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const REQUESTS_PER_SECOND = 40;
const SMALL = { name: "half-a-gib", cpuThreads: 1, memoryBytes: 512 * 1024 ** 2 };
const OUT_OF_MEMORY = /MemoryError|used \d+ MiB, more than its limit of 512 MiB/;
/** As often as a new revision's replicas may end before the old revision gets all requests again. */
const DEATHS_MAX = 3;
let product: Product;
let endpoint: TestedEndpoint;

beforeAll(async () => {
  product = await startProduct({ environment: { SLIPWAY_SMOKE_TEST_TIMEOUT_MS: "10000" } });
  await product.api.post("/instance-types", SMALL);
  endpoint = await TestedEndpoint.deploy(product, { name: "guarded", modelUri: "models:/steady/1" });
});
afterAll(() => product?.[Symbol.asyncDispose]());

/** Rolls a version out under load, waits for the end, and gives what came of it. */
async function tryVersion(
  patch: DeploymentPatchInput,
  isOver: (rollout: Rollout) => boolean = ({ state }) => state !== "running",
): Promise<{ rollout: Rollout; outcomes: Outcome[]; serving: number | null }> {
  const { servingRevision: serving } = await product.api.deployment(GROUP, endpoint.id);
  using load = await endpoint.load(REQUESTS_PER_SECOND, DOUBLED);
  const { revision } = await endpoint.update(patch);
  const rollout = await endpoint.rolloutOnce(revision, isOver);
  return { rollout, outcomes: await load.stop(), serving };
}

describe.each([
  ["broken-predict/1", /^SmokeTestFailed$/, /ValueError: this model refuses every input/],
  ["hangs/1", /^SmokeTestFailed$/, /did not answer its smoke test within 10 s/],
  // Whether Python is refused the memory or the worker is ended for it depends on the system and on how it is taken.
  ["memory-hog/1", /^(SmokeTestFailed|MemoryExceeded)$/, OUT_OF_MEMORY],
  ["memory-hog/2", /^(LoadFailed|MemoryExceeded)$/, OUT_OF_MEMORY],
])("%s", (version, reason, message) => {
  test("fails, says why, and no request notices it", async () => {
    const size = version.startsWith("memory-hog") ? { instanceType: SMALL.name } : {};
    const { rollout, outcomes, serving } = await tryVersion({ modelUri: `models:/${version}`, ...size });
    expect(rollout.message).toMatch(message);
    expect(rollout).toMatchObject({ state: "failed", reason: expect.stringMatching(reason) });
    expect(describeFailures(outcomes)).toEqual([]);
    expect(new Set(outcomes.map(({ revision }) => revision))).toEqual(new Set([serving]));
    expect(await product.api.deployment(GROUP, endpoint.id)).toMatchObject({
      status: "Deployed",
      servingRevision: serving,
      resolvedVersion: "1",
    });
    await expect.poll(() => workersOf(product).length, { timeout: 20_000 }).toBe(1);
  });
});

test("a version that dies after ten requests is taken back by itself; lost is at most what a dying worker held", async () => {
  const { rollout, outcomes, serving } = await tryVersion(
    { modelUri: "models:/dies-after-ten/1" },
    ({ state }) => state !== "running" && state !== "succeeded",
  );
  // Whether it had been recorded as live before it died for the last time is a matter of milliseconds.
  expect(["returned", "aborted"]).toContain(rollout.state);
  expect(rollout).toMatchObject({
    reason: "ReplicasDied",
    message: expect.stringMatching(/ended with exit code 1/),
  });
  const lost = failures(outcomes);
  expect(lost.filter(({ status, revision }) => status === 0 || revision !== rollout.revision)).toEqual([]);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThanOrEqual(DEATHS_MAX * mostInFlight(outcomes));
  expect(await product.api.deployment(GROUP, endpoint.id)).toMatchObject({
    status: "Deployed",
    servingRevision: serving,
  });

  using after = await endpoint.load(REQUESTS_PER_SECOND, DOUBLED, { requestsMax: 200 });
  const calm = await after.end();
  expect(describeFailures(calm)).toEqual([]);
  expect(new Set(calm.map(({ revision }) => revision))).toEqual(new Set([serving]));
  await expect.poll(() => workersOf(product).length, { timeout: 20_000 }).toBe(1);
  const replicas = await product.api.items(`${endpoint.path}/replicas`, replicaSchema);
  expect(replicas.filter(({ state }) => state !== "dead").map(({ revision }) => revision)).toEqual([serving]);
});

test("the deployment can be updated to a good version afterwards", async () => {
  const { rollout, outcomes } = await tryVersion({ modelUri: "models:/steady/2" });
  expect(rollout.state).toBe("succeeded");
  expect(describeFailures(outcomes)).toEqual([]);
  expect(await product.api.deployment(GROUP, endpoint.id)).toMatchObject({ resolvedVersion: "2" });
});
