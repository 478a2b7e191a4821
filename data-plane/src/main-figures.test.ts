/** What the data plane tells of what it did, with real workers: minute by minute to the control plane, in total to Prometheus. */
import { type MinuteFigures, minutesSchema, NO_REVISION } from "@slipway/contracts/observation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { injectedTools, RunningPlane, TOKEN } from "./running-plane.test-kit.ts";

const ID = "iris";
const INVOCATIONS = `/deployment/${ID}/invocations`;
const METRICS_TOKEN = "metrics-token-of-the-tests";
const ROW = [5.1, 3.5, 1.4, 0.2];
const body = (rows: number) => JSON.stringify({ inputs: Array.from({ length: rows }, () => ROW) });
let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools());
  await plane.start({ SLIPWAY_METRICS_TOKEN: METRICS_TOKEN });
  await assign(100);
  await plane.until(ID, 1, ({ state }) => state === "ready");
});
afterAll(() => plane[Symbol.asyncDispose]());

function assign(weight: number): Promise<void> {
  return plane.assign({ id: ID, revisions: [{ number: 1, model: "iris-unsigned", version: "1", weight }] });
}

async function minutes(query = "") {
  const answer = await plane.private("GET", `/minutes${query}`);
  return minutesSchema.parse(JSON.parse(answer.body)).minutes;
}

/** What one revision did over all minutes. */
async function sum(
  revision: number,
  what: Exclude<keyof MinuteFigures, "latency" | "queued">,
): Promise<number> {
  const own = (await minutes()).filter((each) => each.revision === revision);
  return own.reduce((total, { figures }) => total + figures[what], 0);
}

async function counted(revision: number, histogram: "latency" | "queued"): Promise<number> {
  const own = (await minutes()).filter((each) => each.revision === revision);
  return own.flatMap(({ figures }) => figures[histogram]).reduce((total, count) => total + count, 0);
}

async function metrics(): Promise<string[]> {
  const answer = await plane.call("/metrics", { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  expect(answer).toMatchObject({
    status: 200,
    headers: { "content-type": expect.stringContaining("text/plain") },
  });
  return answer.text.split("\n");
}

test("minutes and totals say exactly what was sent: outcomes, times, batches, rows", async () => {
  for (const rows of [1, 3]) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => plane.call(INVOCATIONS, { body: body(rows) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  }
  for (let wrong = 0; wrong < 4; wrong += 1) {
    expect((await plane.call(INVOCATIONS, { body: "{" })).status).toBe(400);
  }
  // Who is not let in asks nothing of a model.
  expect((await plane.call(INVOCATIONS, { body: body(1), anonymous: true })).status).toBe(401);
  expect({
    served: await sum(1, "served"),
    refused: await sum(1, "refused"),
    failed: await sum(1, "failed"),
    latencies: await counted(1, "latency"),
    queued: await counted(1, "queued"),
  }).toEqual({ served: 20, refused: 4, failed: 0, latencies: 20, queued: 20 });
  const [requests, batches] = [await sum(1, "batchedRequests"), await sum(1, "batches")];
  expect(requests).toBe(20);
  expect(batches).toBeGreaterThan(0);
  expect(batches).toBeLessThanOrEqual(20);
  const rows = (await sum(1, "countedBatches")) === 0 ? 0 : 40;
  expect(await sum(1, "rows")).toBe(rows);

  const of = `deployment="${ID}",revision="1"`;
  const expected = [
    `slipway_requests_total{${of},outcome="served"} 20`,
    `slipway_requests_total{${of},outcome="refused"} 4`,
    `slipway_requests_total{${of},outcome="failed"} 0`,
    `slipway_request_duration_seconds_count{${of}} 20`,
    `slipway_queue_duration_seconds_count{${of}} 20`,
    `slipway_batch_requests_total{${of}} 20`,
    `slipway_batches_total{${of}} ${batches}`,
    `slipway_batch_rows_total{${of}} ${rows}`,
  ];
  const lines = new Set(await metrics());
  expect(expected.filter((line) => !lines.has(line))).toEqual([]);
});

test("the start of the replica and what it holds are told", async () => {
  await RunningPlane.eventually(async () => (await sum(1, "memoryBytesMax")) > 0);
  expect(await sum(1, "starts")).toBe(1);
  const started = await sum(1, "startMsSum");
  expect(started).toBeGreaterThan(0);
  expect(await sum(1, "startMsMax")).toBe(started);
  const [newest] = (await minutes()).filter(({ revision }) => revision === 1).slice(-1);
  expect(newest?.figures.replicasMax).toBe(1);
  const lines = await metrics();
  expect(lines).toContain(`slipway_replicas{deployment="${ID}",revision="1"} 1`);
  expect(lines).toContain(`slipway_cold_starts_total{deployment="${ID}",revision="1"} 1`);
});

test("a request that no revision could take has failed, and counts for none", async () => {
  await assign(0);
  expect((await plane.call(INVOCATIONS, { body: body(1) })).status).toBe(503);
  expect(await sum(NO_REVISION, "failed")).toBe(1);
  expect(await sum(1, "failed")).toBe(0);
  await assign(100);
});

test("minutes are asked for by time and deployment", async () => {
  const all = await minutes();
  const newest = all.at(-1)?.minute ?? "";
  expect(await minutes(`?after=${newest}`)).toEqual([]);
  expect(await minutes("?deployment=other")).toEqual([]);
  expect((await minutes(`?deployment=${ID}`)).length).toBe(all.length);
  expect((await plane.private("GET", "/minutes?after=yesterday")).statusCode).toBe(400);
});

test("the figures are shown to nobody without the token, whatever else they may", async () => {
  for (const authorization of [
    undefined,
    `Bearer ${TOKEN}`,
    `Bearer ${METRICS_TOKEN}x`,
    "Bearer",
    `Basic ${METRICS_TOKEN}`,
  ]) {
    const headers = authorization === undefined ? {} : { authorization };
    expect((await plane.call("/metrics", { anonymous: true, headers })).status, authorization).toBe(401);
  }
});

test("without a token in the settings there is no such page, and the counts begin anew with a restart", async () => {
  await plane.end("SIGTERM");
  await plane.start();
  const headers = { authorization: "Bearer " };
  expect((await plane.call("/metrics", { anonymous: true, headers })).status).toBe(404);
  expect(await sum(1, "served")).toBe(0);
});
