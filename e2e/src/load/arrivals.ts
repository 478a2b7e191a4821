/** Open-loop arrivals: each has a time of its own, fixed before it is known what became of the others. */
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { z } from "zod";
import type { Load } from "./messages.ts";
import type { Outcome } from "./outcome.ts";

/** More than any server here answers at a time: waiting for a connection would make the load a closed loop. */
const CONNECTIONS_MAX = 2_048;

/** The share of its rate that a load begins with, where it has a ramp. */
const RAMP_FROM = 0.05;

/** Sends the load until it is over or `stopped`, waits for what is on its way, and tells of each request. */
export async function sendLoad(load: Load, stopped: AbortSignal, onStart: () => void): Promise<Outcome[]> {
  const { origin, pathname } = new URL(load.url);
  await using undo = new AsyncDisposableStack();
  const pool = new Pool(origin, {
    ...{ connections: CONNECTIONS_MAX, pipelining: 1 },
    ...{ headersTimeout: load.timeoutMs, bodyTimeout: load.timeoutMs },
  });
  undo.defer(() => pool.destroy());
  const running: Promise<Outcome>[] = [];
  const beganMs = now();
  const endMs = beganMs + load.secondsMax * 1_000;
  let dueAtMs = beganMs;
  while (!stopped.aborted && dueAtMs < endMs && running.length < load.requestsMax) {
    const waitMs = dueAtMs - now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal: stopped }).catch(ignoreAbort);
    if (stopped.aborted) break;
    running.push(sendOne(pool, pathname, { load, number: running.length, dueAtMs }));
    if (running.length === 1) onStart();
    dueAtMs += distanceMs(load, dueAtMs - beganMs);
  }
  return await Promise.all(running);
}

function distanceMs({ ratePerSecond, rampSeconds, spacing }: Load, sinceMs: number): number {
  const reached = Math.min(1, Math.max(sinceMs / 1_000 / rampSeconds, RAMP_FROM));
  const meanMs = 1_000 / (rampSeconds === 0 ? ratePerSecond : ratePerSecond * reached);
  return spacing === "even" ? meanMs : -Math.log(1 - Math.random()) * meanMs;
}

async function sendOne(
  pool: Pool,
  path: string,
  { load, number, dueAtMs }: { load: Load; number: number; dueAtMs: number },
): Promise<Outcome> {
  const { body, answer } = load.requests[number % load.requests.length] as Load["requests"][number];
  const sentAtMs = now();
  const outcome = (fields: Partial<Outcome>): Outcome => ({
    dueAtMs,
    sentAtMs,
    latencyMs: now() - dueAtMs,
    status: 0,
    error: null,
    wrong: false,
    revision: null,
    rollout: null,
    ...fields,
  });
  try {
    const response = await pool.request({
      method: "POST",
      path,
      headers: { "content-type": "application/json", ...load.headers },
      body,
    });
    const { statusCode: status, headers } = response;
    const text = await response.body.text();
    const revision = headers["x-slipway-revision"];
    const rollout = headers["x-slipway-rollout"];
    return outcome({
      status,
      error: status === 200 ? null : problemCode(text),
      wrong: status === 200 && answer !== null && withoutSpace(text) !== withoutSpace(answer),
      revision: typeof revision === "string" ? Number(revision) : null,
      rollout: typeof rollout === "string" ? rollout : null,
    });
  } catch (error) {
    return outcome({ error: errorName(error) });
  }
}

/** Of JSON whose texts hold none: how it is spaced is not what it says. */
function withoutSpace(json: string): string {
  return json.replaceAll(/\s/g, "");
}

function problemCode(text: string): string {
  try {
    return z.object({ code: z.string() }).parse(JSON.parse(text)).code;
  } catch {
    return text.slice(0, 100);
  }
}

function errorName(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}

/** Comparable with the clock of other processes, and finer than a millisecond. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
