/** What a deployment did, on its page: nothing yet, live under load, and over a week. */
import { LATENCY_BUCKETS, latencyBucket } from "@slipway/contracts/latency-buckets";
import type { MinuteFigures } from "@slipway/contracts/observation";
import pg from "pg";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestedEndpoint } from "#src/load/endpoint.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";
import { Console, startBrowser } from "./console.ts";

const RATE = 20;
const MINUTE_MS = 60_000;
const WEEK_MINUTES = 7 * 24 * 60;
/** So many minutes ago the second revision took over. */
const CHANGED = 2 * 24 * 60;
let product: Product;
let browser: Browser;
let ui: Console;
let measured: TestedEndpoint;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), startBrowser()]);
  ui = await Console.signIn(browser, product);
  measured = await TestedEndpoint.deploy(product, {
    name: "measured",
    modelUri: "models:/iris-classifier/1",
  });
});
afterAll(async () => {
  await browser?.close();
  await product?.[Symbol.asyncDispose]();
});

/** Waits until what is shown is what was asked for. */
async function settled(): Promise<void> {
  await ui.page.locator('[aria-busy="false"]').waitFor();
}

async function open(search: string): Promise<void> {
  await ui.open(`/deployments/${measured.id}?tab=metrics${search}`);
  await ui.page.getByText("1 hour", { exact: true }).waitFor();
}

/** What the tile of a term says. */
async function tile(term: string): Promise<string> {
  return (await ui.page.locator(`dt:text-is("${term}") + dd`).textContent()) ?? "";
}

/** Requests that the table tells, over all its rows. */
async function requestsInTable(): Promise<number> {
  const table = ui.page.getByRole("region", { name: "Figures by time" });
  const cells = await table.locator("tbody td:nth-child(2)").allInnerTexts();
  return cells.reduce((sum, text) => sum + Number(text.replaceAll(",", "")), 0);
}

test("without a request the page says so, and how to call", async () => {
  await open("");
  await ui.page.getByRole("heading", { name: "No requests in the last hour" }).waitFor();
  await ui.page.getByText("curl ").first().waitFor();
  await ui.page.getByRole("img", { name: /^Replicas and cold starts .*replicas 1 last/ }).waitFor();
  await ui.checkAccessibility("metrics-empty");
});

test("under load the charts live: each request is counted, each moment can be read, revisions are told apart", async () => {
  await open("");
  const { example } = await product.api.deployment(GROUP, measured.id);
  const load = await measured.load(RATE, [{ body: JSON.stringify(example?.body), answer: null }]);
  await ui.page.getByRole("img", { name: /^Requests \(per second\): all \d/ }).waitFor();
  const { revision } = await measured.update({
    modelUri: "models:/iris-classifier/2",
    updateMessage: "Better",
  });
  await measured.ended(revision);
  await ui.page.getByText("Dashed lines are rollouts.").waitFor();
  await ui.page.getByRole("region", { name: "Figures by revision" }).getByText("revision 2").waitFor();
  await ui.checkAccessibility("metrics-load");

  const sent = (await load.stop()).length;
  await open("&as=table");
  await expect.poll(requestsInTable, { timeout: 30_000 }).toBe(sent);
  await open("");
  await ui.page.getByRole("img", { name: /^Requests/ }).waitFor();
  expect(await tile("Requests")).toContain(sent.toLocaleString("en"));
  expect(await tile("Failed")).toContain("0 failed, 0 refused");
});

test("a week is drawn from what was kept, by revision too, under URLs that can be passed on", async () => {
  await keepWeek();
  await open("");
  await ui.page.getByText("7 days", { exact: true }).click();
  await ui.page.waitForURL(/window=7d/);
  await settled();
  await ui.page.getByRole("img", { name: /^Latency .*p99 [\d.]+ ms last/ }).waitFor();
  await ui.page.getByRole("img", { name: /^Requests/ }).hover();
  await ui.page.getByText(/^Values are of \d/).waitFor();
  await ui.checkAccessibility("metrics-week");
  await ui.page.getByRole("switch", { name: "By revision" }).click();
  await ui.page.waitForURL(/split=revision/);
  await ui.page
    .getByRole("img", { name: /^Latency .*revision 2 [\d.]+ ms last.*revision 1 [\d.]+ ms last/ })
    .waitFor();
  await ui.checkAccessibility("metrics-revisions");
  await open("&window=24h");
  await ui.page.getByRole("img", { name: /^Requests/ }).waitFor();
  await ui.checkAccessibility("metrics-day");
  await open("&window=24h&as=table");
  await ui.page.getByRole("region", { name: "Figures by time" }).waitFor();
  await ui.checkAccessibility("metrics-table");
});

test("nothing in the browser complained", () => {
  expect(ui.complaints).toEqual([]);
});

/** A week as the reconciler would have kept it: busy by day, a second revision since the day before yesterday. */
async function keepWeek(): Promise<void> {
  const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const rows = Array.from({ length: WEEK_MINUTES - 5 }, (_, index) => {
    const minuteMs = now - (index + 5) * MINUTE_MS;
    return {
      minute: new Date(minuteMs),
      revision: index < CHANGED ? 2 : 1,
      figures: figuresAt(minuteMs, index),
    };
  });
  // The revision before has ended then.
  rows.push({ minute: new Date(now - (CHANGED + 4) * MINUTE_MS), revision: 1, figures: NOTHING });
  const connection = new pg.Client({ connectionString: product.settings.databaseUrl });
  await connection.connect();
  try {
    await connection.query(
      `insert into revision_minute (deployment_id, minute, revision, epoch, figures)
       select $1, told.minute, told.revision, 'kept', told.figures
       from json_to_recordset($2::json) as told(minute timestamptz, revision integer, figures json)`,
      [measured.id, JSON.stringify(rows)],
    );
  } finally {
    await connection.end();
  }
}

const NOTHING: MinuteFigures = {
  served: 0,
  refused: 0,
  failed: 0,
  latency: [],
  queued: [],
  batches: 0,
  batchedRequests: 0,
  countedBatches: 0,
  rows: 0,
  replicasMax: 0,
  memoryBytesMax: 0,
  starts: 0,
  startMsSum: 0,
  startMsMax: 0,
};

function figuresAt(minuteMs: number, index: number): MinuteFigures {
  const day = (1 + Math.sin((minuteMs / 86_400_000) * 2 * Math.PI)) / 2;
  const served = Math.round(200 + 5_000 * day ** 2 + 400 * Math.sin(index / 7) ** 2);
  const batches = Math.ceil(served / (1 + 6 * day));
  const started = index % 700 === 0;
  return {
    ...NOTHING,
    served,
    refused: Math.round(served / 400),
    failed: index % 911 < 20 ? Math.round(served / 60) : 0,
    latency: spread(served, 6 + 10 * day + (index < CHANGED ? 0 : 8)),
    queued: spread(served, 1 + 5 * day),
    batches,
    batchedRequests: served,
    countedBatches: batches,
    rows: served * 3,
    replicasMax: day > 0.6 ? 2 : 1,
    memoryBytesMax: 210_000_000 + Math.round(30_000_000 * day),
    ...(started ? { starts: 1, startMsSum: 420, startMsMax: 420 } : {}),
  };
}

/** Most take about so long, some much longer. */
function spread(count: number, ms: number): number[] {
  const counts = Array.from({ length: LATENCY_BUCKETS }, () => 0);
  for (const [share, factor] of [
    [0.6, 1],
    [0.3, 1.6],
    [0.08, 2.5],
    [0.02, 6],
  ] as const) {
    const bucket = latencyBucket(ms * factor);
    counts[bucket] = (counts[bucket] ?? 0) + Math.round(count * share);
  }
  return counts;
}
