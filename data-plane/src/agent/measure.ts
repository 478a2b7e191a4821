/**
 * Measures a worker as the gateway uses it: one caller, then many, each with one request after another; one frame at a time,
 * with as many waiting requests as may be predicted together. No HTTP in between.
 */
import type { BenchmarkFigures } from "@slipway/contracts/api/benchmark";
import type { Outgoing, PredictRequest, ReplicaAnswer } from "./replica-pool.ts";

/** Who answers. */
export interface Subject {
  send(batch: readonly Outgoing[]): void;
  /** Requests that a frame holds at most, as things stand. */
  frameMax(): number;
}

export interface MeasureOptions {
  request: PredictRequest;
  /** Told what is being done, in words. */
  progress: (message: string) => void;
  stopped: AbortSignal;
  /** A request that takes longer than this ends the measurement. */
  requestTimeoutMs: number;
  times?: Times;
}

/** How long each part takes, in ms. */
export interface Times {
  warmUpMs: number;
  singleMs: number;
  loadedMs: number;
}

export type Measurement = Pick<BenchmarkFigures, "single" | "loaded">;

const TIMES: Times = { warmUpMs: 1_000, singleMs: 3_000, loadedMs: 5_000 };
const CALLERS_MAX = 64;
/** So many answers should fit into the loaded part for each caller: with fewer, the first would tell for all. */
const ROUNDS_MIN = 4;

/**
 * Takes about nine seconds, and longer where single answers do.
 * @throws RefusedError when the model refuses the request; ReplicaLostError when the worker goes away; the signal's reason.
 */
export async function measure(subject: Subject, options: MeasureOptions): Promise<Measurement> {
  const { progress, times = TIMES } = options;
  progress("Warming up.");
  await drive(subject, options, { callers: 1, forMs: times.warmUpMs });
  progress(`One caller, one request after another, ${seconds(times.singleMs)}.`);
  const single = figuresOf(await drive(subject, options, { callers: 1, forMs: times.singleMs }));
  const callers = callersFor(single.p50Ms, subject.frameMax(), times.loadedMs);
  progress(`${callers} callers at the same time, ${seconds(times.loadedMs)}.`);
  await drive(subject, options, { callers, forMs: times.warmUpMs / 2 });
  const loaded = await drive(subject, options, { callers, forMs: times.loadedMs });
  return { single, loaded: { callers, ...figuresOf(loaded), rowsPerBatch: rowsPerBatch(loaded) } };
}

/** The model answered that it cannot answer. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

interface Driven {
  latenciesMs: number[];
  elapsedMs: number;
  /** Calls of the model, and their rows where somebody counted. */
  batches: number;
  rows: number | null;
}

interface Load {
  callers: number;
  forMs: number;
}

/** Callers who each wait for an answer before they ask again; what is under way at the end is waited for and counted. */
class Callers {
  readonly #subject: Subject;
  readonly #options: MeasureOptions;
  readonly #forMs: number;
  readonly #startedMs = performance.now();
  /** Since when each caller waits that has not been sent. */
  readonly #waiting: number[];
  readonly #driven: Driven = { latenciesMs: [], elapsedMs: 0, batches: 0, rows: 0 };
  readonly #ended = Promise.withResolvers<Driven>();
  readonly #undo = new DisposableStack();
  #stalled: NodeJS.Timeout | undefined;
  #underWay = 0;
  #lastBatch: ReplicaAnswer["batch"] | undefined;

  constructor(subject: Subject, options: MeasureOptions, { callers, forMs }: Load) {
    this.#subject = subject;
    this.#options = options;
    this.#forMs = forMs;
    this.#waiting = Array.from({ length: callers }, () => this.#startedMs);
  }

  run(): Promise<Driven> {
    const { stopped, requestTimeoutMs } = this.#options;
    const abort = () => this.#end(stopped.reason);
    stopped.addEventListener("abort", abort, { once: true });
    this.#undo.defer(() => stopped.removeEventListener("abort", abort));
    const late = new RefusedError(`The model did not answer within ${seconds(requestTimeoutMs)}.`);
    this.#stalled = setTimeout(() => this.#end(late), requestTimeoutMs);
    this.#undo.defer(() => clearTimeout(this.#stalled));
    if (stopped.aborted) abort();
    this.#pump();
    return this.#ended.promise;
  }

  #pump(): void {
    if (this.#undo.disposed) return;
    const over = performance.now() - this.#startedMs >= this.#forMs;
    // The first answer counts even when it took longer than the whole time.
    if (over && this.#driven.latenciesMs.length > 0) {
      this.#end();
      return;
    }
    const sent = this.#waiting.splice(0, Math.max(1, this.#subject.frameMax()));
    this.#underWay = sent.length;
    const { request } = this.#options;
    this.#subject.send(
      sent.map((sinceMs) => ({ request, settle: (outcome) => this.#settled(outcome, sinceMs) })),
    );
  }

  #settled(outcome: ReplicaAnswer | Error, sinceMs: number): void {
    const problem = outcome instanceof Error ? outcome : refusalIn(outcome);
    if (outcome instanceof Error || problem !== null) {
      this.#end(problem);
      return;
    }
    const nowMs = performance.now();
    this.#driven.latenciesMs.push(nowMs - sinceMs);
    this.#waiting.push(nowMs);
    this.#stalled?.refresh();
    if (outcome.batch !== this.#lastBatch) countBatch(this.#driven, outcome.batch);
    this.#lastBatch = outcome.batch;
    this.#underWay -= 1;
    // In another turn, so that callers of what serves come in between.
    if (this.#underWay === 0) setImmediate(() => this.#pump());
  }

  /** The first end counts. */
  #end(problem?: unknown): void {
    if (this.#undo.disposed) return;
    this.#undo.dispose();
    this.#driven.elapsedMs = performance.now() - this.#startedMs;
    if (problem === undefined) this.#ended.resolve(this.#driven);
    else this.#ended.reject(problem);
  }
}

function drive(subject: Subject, options: MeasureOptions, load: Load): Promise<Driven> {
  return new Callers(subject, options, load).run();
}

function countBatch(driven: Driven, { rows }: ReplicaAnswer["batch"]): void {
  driven.batches += 1;
  driven.rows = driven.rows === null || rows === null ? null : driven.rows + rows;
}

function refusalIn({ status, code, detail }: ReplicaAnswer): RefusedError | null {
  if (code === undefined && status < 400) return null;
  return new RefusedError(detail ?? `The worker answered ${status}.`);
}

function figuresOf({ latenciesMs, elapsedMs }: Driven) {
  const sorted = latenciesMs.toSorted((one, other) => one - other);
  return {
    p50Ms: rounded(quantile(sorted, 0.5)),
    p99Ms: rounded(quantile(sorted, 0.99)),
    requestsPerSecond: rounded((sorted.length / elapsedMs) * 1_000),
  };
}

function rowsPerBatch({ rows, batches }: Driven): number | null {
  return rows === null || batches === 0 ? null : rounded(rows / batches);
}

/** By nearest rank. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** As many as there are, and fewer for a slow model: each of them must be answered several times. */
function callersFor(singleMs: number, frameMax: number, loadedMs: number): number {
  const rounds = Math.max(1, Math.floor(loadedMs / ROUNDS_MIN / Math.max(singleMs, 0.001)));
  return Math.max(2, Math.min(CALLERS_MAX, rounds * frameMax));
}

/** Three digits: what is measured here is no more exact. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(1))} s`;
}
