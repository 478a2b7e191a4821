/** Callers that measure a worker which answers when and as the test says. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { type MeasureOptions, measure, RefusedError, type Subject } from "./measure.ts";
import { type Outgoing, type PredictRequest, type ReplicaAnswer, ReplicaLostError } from "./replica-pool.ts";

const REQUEST: PredictRequest = {
  ...{ path: "invocations", contentType: "application/json", requestId: "r", client: null, jsonBytes: null },
  body: Buffer.from("{}"),
};
const TIMES = { warmUpMs: 10, singleMs: 40, loadedMs: 60 };

interface Answering {
  frameMax?: number;
  rows?: number | null;
  /** Of the nth frame; nothing is answered for `silent`. */
  outcome?: (frame: number) => Error | Partial<ReplicaAnswer> | "silent";
  /** How long a call of the model takes, in ms. */
  callMs?: number;
}

/** A worker that answers a frame at once, as one call of the model. */
class FakeWorker implements Subject {
  readonly frames: number[] = [];
  readonly #answering: Answering;
  overlapped = false;
  #busy = false;

  constructor(answering: Answering = {}) {
    this.#answering = answering;
  }

  frameMax(): number {
    return this.#answering.frameMax ?? 16;
  }

  send(batch: readonly Outgoing[]): void {
    this.overlapped ||= this.#busy;
    this.#busy = true;
    this.frames.push(batch.length);
    setTimeout(() => this.#answer(batch, this.frames.length), this.#answering.callMs ?? 0);
  }

  #answer(batch: readonly Outgoing[], frame: number): void {
    this.#busy = false;
    const outcome = this.#answering.outcome?.(frame) ?? {};
    if (outcome === "silent") return;
    const { rows = batch.length } = this.#answering;
    const called = { requests: batch.length, rows };
    for (const outgoing of batch) {
      const answer = { status: 200, contentType: "", body: Buffer.alloc(0), batch: called };
      outgoing.settle(outcome instanceof Error ? outcome : { ...answer, ...outcome });
    }
  }
}

function optionsWith(change: Partial<MeasureOptions> = {}): MeasureOptions {
  const stopped = new AbortController().signal;
  const progress = () => undefined;
  return { request: REQUEST, progress, stopped, requestTimeoutMs: 10_000, times: TIMES, ...change };
}

test("one caller asks alone, many fill frames up to their bound, and never are two under way at once", async () => {
  const worker = new FakeWorker();
  const said: string[] = [];
  const found = await measure(worker, optionsWith({ progress: (message) => said.push(message) }));
  const firstFull = worker.frames.indexOf(16);
  expect(worker.frames.slice(0, firstFull).every((size) => size === 1)).toBe(true);
  expect(Math.max(...worker.frames)).toBe(16);
  expect(worker.overlapped).toBe(false);
  expect(found.loaded.callers).toBeGreaterThanOrEqual(16);
  expect(found.loaded.rowsPerBatch).toBe(16);
  expect(found.single.p50Ms).toBeGreaterThan(0);
  expect(found.single.p99Ms).toBeGreaterThanOrEqual(found.single.p50Ms);
  expect(found.loaded.requestsPerSecond).toBeGreaterThan(found.single.requestsPerSecond);
  expect(said).toEqual([
    "Warming up.",
    "One caller, one request after another, 0 s.",
    `${found.loaded.callers} callers at the same time, 0.1 s.`,
  ]);
});

test("what must not be predicted together goes one by one, and rows that nobody counts are not made up", async () => {
  const worker = new FakeWorker({ frameMax: 1, rows: null });
  const found = await measure(worker, optionsWith());
  expect(new Set(worker.frames)).toEqual(new Set([1]));
  expect(found.loaded.rowsPerBatch).toBeNull();
});

test("a slow model has fewer callers, and at least one answer of it counts", async () => {
  const found = await measure(new FakeWorker({ frameMax: 1, callMs: 80 }), optionsWith());
  expect(found.loaded.callers).toBe(2);
  expect(found.single.p50Ms).toBeGreaterThan(40);
});

test.each<[string, Answering["outcome"], unknown]>([
  ["refuses the example", () => ({ status: 400, detail: "Column x is missing" }), RefusedError],
  ["fails after a while", (frame) => (frame < 4 ? {} : { status: 500, code: "model_failed" }), RefusedError],
  ["goes away", (frame) => (frame < 4 ? {} : new ReplicaLostError(true)), ReplicaLostError],
])("a worker that %s ends the measurement", async (_what, outcome = () => ({}), problem) => {
  await expect(measure(new FakeWorker({ outcome }), optionsWith())).rejects.toThrow(problem as typeof Error);
});

test("a worker that never answers is not waited for", async () => {
  const hangs = measure(new FakeWorker({ outcome: () => "silent" }), optionsWith({ requestTimeoutMs: 20 }));
  await expect(hangs).rejects.toThrow("did not answer within 0 s");
});

test("whoever gives it up is heard at once", async () => {
  const stop = new AbortController();
  const worker = new FakeWorker({ outcome: () => "silent" });
  const measuring = measure(worker, optionsWith({ stopped: stop.signal }));
  await turn();
  stop.abort(new Error("taken off"));
  await expect(measuring).rejects.toThrow("taken off");
  await expect(measure(worker, optionsWith({ stopped: stop.signal }))).rejects.toThrow("taken off");
});
