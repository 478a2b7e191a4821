/** A low, steady load: requests at fixed times whether or not earlier ones were answered, so that no delay hides another. */
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";

export interface SteadyLoad {
  url: string;
  headers: Record<string, string>;
  bodies: readonly Buffer[];
  ratePerSecond: number;
  seconds: number;
}

export interface SteadyFigures {
  sent: number;
  failed: number;
  /** From the moment that a request was due until its answer was read, ascending. */
  latenciesMs: number[];
}

/** Sends the load and waits for the last answer. */
export async function sendSteadily(load: SteadyLoad, signal: AbortSignal): Promise<SteadyFigures> {
  const { url, headers, bodies, ratePerSecond, seconds } = load;
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { pipelining: 1 });
  const latenciesMs: number[] = [];
  let failed = 0;
  const ask = async (number: number, dueMs: number): Promise<void> => {
    const body = bodies[number % bodies.length];
    try {
      const answer = await pool.request({
        method: "POST",
        path: pathname,
        headers,
        body: body ?? null,
        signal,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) failed += 1;
      else latenciesMs.push(performance.now() - dueMs);
    } catch {
      failed += 1;
    }
  };
  const startedMs = performance.now();
  const pending: Promise<void>[] = [];
  const total = Math.round(ratePerSecond * seconds);
  for (let number = 0; number < total; number += 1) {
    const dueMs = startedMs + (number * 1000) / ratePerSecond;
    await delay(Math.max(0, dueMs - performance.now()), undefined, { signal });
    pending.push(ask(number, dueMs));
  }
  await Promise.all(pending);
  await pool.close();
  signal.throwIfAborted();
  return { sent: total, failed, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}
