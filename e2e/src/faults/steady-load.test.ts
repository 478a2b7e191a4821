/**
 * A heavy, steady load at 70 % of what the endpoint can do, with a worker killed every 20 s and a rollout every 30 s: no wrong
 * answer, nothing lost but what a killed worker had in its hands (and not even that, where the model may be asked twice), memory flat.
 */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DOUBLED, TestedEndpoint } from "#src/load/endpoint.ts";
import { quantile, recordFigures, rounds, roundsMsMax } from "#src/load/long-form.ts";
import { describeFailures, failures, latencyMs, type Outcome } from "#src/load/outcome.ts";
import { killHard, workersOf } from "#src/processes.ts";
import { type Product, startProduct } from "#src/product.ts";

/** Of 30 s each; the suite makes one, and is content with less load. */
const ROUNDS = rounds(1);
const IS_LONG = ROUNDS > 1;
const SECONDS = IS_LONG ? 30 : 12;
const KILL_EVERY_MS = IS_LONG ? 20_000 : 6_000;
/** Each round's generator begins cold. */
const RAMP_SECONDS = IS_LONG ? 4 : 2;
const SHARE_OF_MAXIMUM = IS_LONG ? 0.7 : 0.3;
const CALLERS = 64;
const MIB = 1024 ** 2;
let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.[Symbol.asyncDispose]());

/** Right answers per second that so many callers get who each send their next request when they have the last answer. */
async function maximumOf(endpoint: TestedEndpoint, seconds: number): Promise<number> {
  const { origin, pathname: path } = new URL(endpoint.url);
  await using undo = new AsyncDisposableStack();
  const pool = undo.adopt(new Pool(origin, { connections: CALLERS, pipelining: 1 }), (open) =>
    open.destroy(),
  );
  const endMs = performance.now() + seconds * 1_000;
  let answered = 0;
  const call = async () => {
    for (let number = 0; performance.now() < endMs; number += 1) {
      const body = DOUBLED[number % DOUBLED.length]?.body ?? "";
      const response = await pool.request({
        method: "POST",
        path,
        headers: { "content-type": "application/json" },
        body,
      });
      await response.body.text();
      if (response.statusCode === 200) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  return answered / seconds;
}

function residentMiB(pid: number | undefined): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round((Number(kib) * 1024) / MIB);
}

interface Played {
  outcomes: Outcome[];
  killedAtMs: number[];
}

/** One stretch of load with one rollout in it. */
async function play(endpoint: TestedEndpoint, ratePerSecond: number, number: number): Promise<Played> {
  using load = await endpoint.load(ratePerSecond, DOUBLED, {
    ...{ rampSeconds: RAMP_SECONDS, secondsMax: SECONDS, requestsMax: 1e6 },
  });
  const killedAtMs: number[] = [];
  const kills = setInterval(() => {
    killedAtMs.push(Date.now());
    killHard(workersOf(product).at(0));
  }, KILL_EVERY_MS);
  try {
    await delay((RAMP_SECONDS + 1) * 1_000);
    const { revision } = await endpoint.update({ modelUri: `models:/steady/${1 + (number % 3)}` });
    const { state } = await endpoint.ended(revision);
    // A worker that is killed while it loads is a revision that cannot be loaded: what served goes on.
    expect(["succeeded", "failed"]).toContain(state);
    return { outcomes: await load.end(), killedAtMs };
  } finally {
    clearInterval(kills);
  }
}

/** Failed requests that no killed worker had in its hands. */
function unexcused({ outcomes, killedAtMs }: Played): Outcome[] {
  return failures(outcomes).filter(
    ({ wrong, sentAtMs, dueAtMs, latencyMs: took }) =>
      wrong || !killedAtMs.some((atMs) => sentAtMs <= atMs + NOTICED_MS && dueAtMs + took >= atMs - 1),
  );
}

/** A process that is killed takes requests until its socket is closed. */
const NOTICED_MS = 100;

test.each([{ idempotent: false }, { idempotent: true }])(
  `the load holds over ${ROUNDS} × ${SECONDS} s, idempotent: $idempotent`,
  async ({ idempotent }) => {
    const endpoint = await TestedEndpoint.deploy(product, {
      name: `steady ${idempotent ? "twice" : "once"}`,
      modelUri: "models:/steady/1",
      minReplicas: 2,
      batching: { mode: "on" },
      warmSeconds: 5,
      idempotent,
    });
    const maximum = await maximumOf(endpoint, IS_LONG ? 10 : 3);
    const ratePerSecond = Math.max(1, maximum * SHARE_OF_MAXIMUM);
    const played: Played[] = [];
    const memory: number[] = [];
    let sent = 0;
    const p99s: number[] = [];
    const latenesses: number[] = [];
    const failed: Outcome[] = [];
    for (let number = 0; number < ROUNDS; number += 1) {
      const round = await play(endpoint, ratePerSecond, number + 1);
      expect(describeFailures(unexcused(round)), `round ${number}`).toEqual([]);
      const lost = failures(round.outcomes);
      if (idempotent) expect(describeFailures(lost), `round ${number}`).toEqual([]);
      sent += round.outcomes.length;
      failed.push(...lost);
      p99s.push(latencyMs(round.outcomes, 0.99));
      latenesses.push(
        quantile(
          round.outcomes.map(({ sentAtMs, dueAtMs }) => sentAtMs - dueAtMs),
          0.99,
        ),
      );
      played.push({ outcomes: [], killedAtMs: round.killedAtMs });
      memory.push(residentMiB(product.dataPlane.pid));
    }
    expect(sent).toBeGreaterThan(ratePerSecond * SECONDS * ROUNDS * 0.8);
    // What a garbage collector keeps at hand varies; a leak of this load's size would not stay within this.
    if (IS_LONG) expect(memory.at(-1)).toBeLessThan((memory[2] ?? 0) * 1.3 + 30);
    recordFigures({
      idempotent: String(idempotent),
      "maximum, requests/s": Math.round(maximum),
      "sent, requests/s": Math.round(ratePerSecond),
      "requests sent": sent,
      "requests failed": failed.length,
      "workers killed": played.reduce((sum, { killedAtMs }) => sum + killedAtMs.length, 0),
      "how late a request is sent, p99 of a round, median ms": Math.round(quantile(latenesses, 0.5)),
      "p99 of a round, median ms": Math.round(quantile(p99s, 0.5)),
      "memory of the data plane, MiB": memory.join(" "),
    });
    await product.api.delete(endpoint.path);
  },
  roundsMsMax(ROUNDS) * 2,
);
