/** Asks a side and compares its answers with the model's own. */
import { Pool, request } from "undici";
import type { Cell } from "./cells.ts";
import type { Body, PreparedModel } from "./prepared-model.ts";
import type { Endpoint } from "./sides/side.ts";

const RELATIVE_ERROR_MAX = 1e-6;
/** Requests of the burst that shows whether answers are right also when requests are predicted together. */
const BURST_CALLERS = 64;
const BURST_ROUNDS = 2;
/** Requests before it that are sent one after another. */
const ALONE = 8;
const TIMEOUT_MS = 120_000;

/** True when the side answers one request rightly; any failure is a no. */
export async function answersRightly(endpoint: Endpoint, model: PreparedModel): Promise<boolean> {
  const [body] = model.bodies(1, endpoint.protocol);
  const [expected] = model.answers(1);
  if (body === undefined || expected === undefined) throw new Error(`${model.name} has no bodies`);
  try {
    const answer = await request(endpoint.url, {
      method: "POST",
      headers: { ...endpoint.headers, ...body.headers },
      body: body.content,
    });
    const text = await answer.body.text();
    return answer.statusCode === 200 && wrongAnswer(endpoint, text, expected) === undefined;
  } catch {
    return false; // it does not listen yet
  }
}

/**
 * Sends some bodies one after another, then all at the same time, and compares every answer.
 * Returns what is wrong, or undefined.
 */
export async function findWrongAnswer(
  endpoint: Endpoint,
  model: PreparedModel,
  rows: Cell["rows"],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { origin, pathname } = new URL(endpoint.url);
  await using pool = closing(new Pool(origin, { connections: BURST_CALLERS, pipelining: 1 }));
  const bodies = model.bodies(rows, endpoint.protocol);
  const answers = model.answers(rows);
  const ask = async (body: Body, index: number): Promise<string | undefined> => {
    const answer = await pool.it.request({
      method: "POST",
      path: pathname,
      headers: { ...endpoint.headers, ...body.headers },
      body: body.content,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) return `status ${answer.statusCode}: ${text.slice(0, 500)}`;
    return wrongAnswer(endpoint, text, answers[index] ?? []);
  };
  for (const [index, body] of bodies.slice(0, ALONE).entries()) {
    const wrong = await ask(body, index);
    if (wrong !== undefined) return `${rows} rows, alone: ${wrong}`;
  }
  for (let round = 0; round < BURST_ROUNDS; round += 1) {
    const found = (await Promise.all(bodies.map(ask))).find((wrong) => wrong !== undefined);
    if (found !== undefined) return `${rows} rows, at the same time as others: ${found}`;
  }
  return undefined;
}

/** What is wrong with an answer, or undefined. Numbers may differ in the last digits, as arithmetic in batches does. */
export function differingAnswer(given: readonly unknown[], expected: readonly unknown[]): string | undefined {
  if (given.length !== expected.length) return `${given.length} predictions for ${expected.length} rows`;
  const index = expected.findIndex((value, row) => !isSame(given[row], value));
  return index === -1
    ? undefined
    : `row ${index} is ${JSON.stringify(given[index])}, the model says ${JSON.stringify(expected[index])}`;
}

function wrongAnswer(endpoint: Endpoint, text: string, expected: readonly unknown[]): string | undefined {
  try {
    return differingAnswer(endpoint.answer(text), expected);
  } catch (error) {
    return `${String(error)} in: ${text.slice(0, 200)}`;
  }
}

function isSame(given: unknown, expected: unknown): boolean {
  if (typeof given !== "number" || typeof expected !== "number") return given === expected;
  return Math.abs(given - expected) <= RELATIVE_ERROR_MAX * Math.max(1, Math.abs(expected));
}

function closing(pool: Pool): AsyncDisposable & { it: Pool } {
  return { it: pool, [Symbol.asyncDispose]: () => pool.destroy() };
}
