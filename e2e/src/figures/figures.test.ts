/** Figures over the whole product: exact, the same after both planes were killed, and told to Prometheus. */
import { type DeploymentFigures, deploymentFiguresSchema } from "@slipway/contracts/api/figures";
import { problemSchema } from "@slipway/contracts/errors";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invoke, send } from "#src/api.ts";
import { killHard } from "#src/processes.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

const ID = "measured";
const TOKEN = "metrics-token-of-the-tests";
const ROWS = { inputs: [[5.1, 3.5, 1.4, 0.2]] };
let product: Product;
let endpoint: string;

beforeAll(async () => {
  product = await startProduct({ environment: { SLIPWAY_METRICS_TOKEN: TOKEN } });
  await product.api.deploy(GROUP, { name: ID, modelUri: "models:/iris-unsigned/1", access: "public" });
  ({ endpoint } = await product.api.until(GROUP, ID, "Deployed", "Failed"));
});
afterAll(() => product?.[Symbol.asyncDispose]());

async function figures(query = ""): Promise<DeploymentFigures> {
  return deploymentFiguresSchema.parse(
    await product.api.get(`/groups/${GROUP}/deployments/${ID}/figures${query}`),
  );
}

async function served(): Promise<number> {
  return (await figures()).summary.served;
}

/** Requests that the control plane has kept in its database. */
async function kept(): Promise<number> {
  const connection = new pg.Client({ connectionString: product.settings.databaseUrl });
  await connection.connect();
  try {
    const { rows } = await connection.query<{ served: number }>(
      "select coalesce(sum((figures->>'served')::int), 0)::int as served from revision_minute",
    );
    return rows[0]?.served ?? 0;
  } finally {
    await connection.end();
  }
}

async function callTimes(times: number, body: unknown, status: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    expect((await invoke(endpoint, body, null)).status).toBe(status);
  }
}

test("every request is counted once, and shown within moments", async () => {
  await callTimes(30, ROWS, 200);
  await callTimes(2, "no JSON", 400);
  await expect.poll(served, { timeout: 30_000 }).toBe(30);
  await expect.poll(async () => (await figures()).summary.replicas, { timeout: 30_000 }).toBe(1);
  const { live, summary, revisions, points } = await figures();
  expect(live).toBe(true);
  expect(summary).toMatchObject({
    requests: 32,
    refused: 2,
    failed: 0,
    errorRate: 0,
    coldStarts: 1,
  });
  expect(summary.p50Ms).toBeLessThanOrEqual(summary.p99Ms ?? 0);
  expect(revisions).toMatchObject([{ revision: 1, requests: 32 }]);
  expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(32);
  expect((await figures("?window=7d&revision=1")).summary).toMatchObject({ served: 30, refused: 2 });
});

test("Prometheus gets the same from the data plane, and the group of each deployment from the control plane", async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const pages = [product.endpointOrigin, product.origin].map((origin) => `${origin}/metrics`);
  const [data, control] = await Promise.all(pages.map((url) => send("GET", url, { headers })));
  expect(data?.text).toContain(
    `slipway_requests_total{deployment="${ID}",revision="1",outcome="served"} 30\n`,
  );
  expect(control?.text).toContain(`slipway_deployment_info{deployment="${ID}",group="${GROUP}"} 1\n`);
  expect(control?.text).toMatch(/^slipway_reconcile_duration_seconds_count [1-9]/m);
  for (const url of pages) {
    const refused = await send("GET", url);
    expect([refused.status, problemSchema.parse(refused.json).code]).toEqual([401, "unauthenticated"]);
  }
});

test("what was kept is still there when both planes were killed, and what comes after is added", async () => {
  await expect.poll(kept, { timeout: 60_000, interval: 500 }).toBe(30);
  // Now both tell of them, and they still count once.
  expect(await figures()).toMatchObject({ live: true, summary: { served: 30 } });
  killHard(product.controlPlane.pid);
  killHard(product.dataPlane.pid);
  const answers = () =>
    invoke(endpoint, ROWS, null).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(answers, { timeout: 90_000 }).toBe(200);
  await callTimes(10, ROWS, 200);
  const servedNow = () => served().catch(() => null);
  await expect.poll(servedNow, { timeout: 90_000 }).toBe(41);
  await expect.poll(kept, { timeout: 60_000, interval: 500 }).toBe(41);
});
