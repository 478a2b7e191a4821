/** Kill -9 of any one process: the product heals by itself, leaves nothing behind and loses nothing that it acknowledged. */
import { replicaSchema } from "@slipway/contracts/api/deployment";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invoke, send } from "#src/api.ts";
import { killHard, processesOf, workersOf } from "#src/processes.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const ID = "survivor";
const ROWS = { inputs: [[5.1, 3.5, 1.4, 0.2]] };
let product: Product;
let endpoint: string;

beforeAll(async () => {
  product = await startProduct();
  await product.api.deploy(GROUP, { name: ID, modelUri: "models:/iris-unsigned/1", access: "public" });
  ({ endpoint } = await product.api.until(GROUP, ID, "Deployed", "Failed"));
});
afterAll(() => product[Symbol.asyncDispose]());

async function answers(): Promise<boolean> {
  const answer = await invoke(endpoint, ROWS, null).catch(() => null);
  return answer?.status === 200;
}

test("of the control plane: the endpoint goes on serving, and nothing acknowledged is lost", async () => {
  killHard(product.controlPlane.pid);
  for (let call = 0; call < 20; call++) expect(await answers()).toBe(true);
  await expect
    .poll(
      () =>
        send("GET", `${product.origin}/readyz`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200);
  expect(await product.api.until(GROUP, ID, "Deployed")).toMatchObject({
    resolvedVersion: "1",
    stale: false,
  });
});

test("of a worker: it is started again, and the restart is counted and told", async () => {
  const [worker] = workersOf(product);
  killHard(worker);
  await expect.poll(answers, { timeout: 60_000 }).toBe(true);
  await expect
    .poll(
      async () =>
        (await product.api.items(`/groups/${GROUP}/deployments/${ID}/replicas`, replicaSchema)).map(
          ({ restarts }) => restarts,
        ),
      { timeout: 60_000 },
    )
    .toEqual([1]);
  expect(workersOf(product)).toHaveLength(1);
});

test("of the data plane: every deployment comes back from its own disk, also without the control plane", async () => {
  const before = workersOf(product);
  killHard(product.controlPlane.pid);
  killHard(product.dataPlane.pid);
  await expect.poll(answers, { timeout: 90_000 }).toBe(true);
  await expect
    .poll(() => workersOf(product).filter((pid) => before.includes(pid)), { timeout: 30_000 })
    .toEqual([]);
  await product.api.until(GROUP, ID, "Deployed");
  expect(workersOf(product)).toHaveLength(1);
});

test("in the middle of a deployment: it goes on and ends live", async () => {
  const { id } = await product.api.deploy(GROUP, {
    name: "late",
    modelUri: "models:/iris-classifier/1",
    access: "public",
  });
  killHard(product.controlPlane.pid);
  killHard(product.dataPlane.pid);
  await expect
    .poll(
      () =>
        send("GET", `${product.origin}/readyz`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200);
  expect(await product.api.until(GROUP, id, "Deployed", "Failed")).toMatchObject({ status: "Deployed" });
});

test("nothing is left when the product ends", async () => {
  const { home } = product.settings;
  await product[Symbol.asyncDispose]();
  expect(processesOf(home)).toEqual([]);
});
