/** From the minutes of revisions to what people see: histograms merged, quantiles read, idle time filled in. Pure. */
import {
  FIGURES_WINDOWS,
  type FigurePoint,
  type Figures,
  type FiguresWindow,
} from "@slipway/contracts/api/figures";
import { LATENCY_BUCKETS, latencyQuantileMs } from "@slipway/contracts/latency-buckets";
import { IDLE_MINUTES, type MinuteFigures } from "@slipway/contracts/observation";

const MINUTE_MS = 60_000;
/** A stretch that has only just begun says nothing yet. */
const BEGUN_MS = 5_000;

/** What one revision did in one minute. */
export interface RevisionMinuteRecord {
  revision: number;
  minuteMs: number;
  figures: MinuteFigures;
}

/** The time that is looked at, in whole steps; the last one may still go on at `nowMs`. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  stepMs: number;
  nowMs: number;
}

/** The steps of a window that ends now. */
export function stretchOf(window: FiguresWindow, nowMs: number): Stretch {
  const { seconds, stepSeconds } = FIGURES_WINDOWS[window];
  const stepMs = stepSeconds * 1000;
  const toMs = (Math.floor((nowMs - BEGUN_MS) / stepMs) + 1) * stepMs;
  return { fromMs: toMs - seconds * 1000, toMs, stepMs, nowMs };
}

/** Minutes from here on are needed: what they say of replicas may hold into the stretch. */
export function neededFromMs({ fromMs }: Stretch): number {
  return fromMs - (IDLE_MINUTES - 1) * MINUTE_MS;
}

/** The points of a stretch and what they are together; `minutes` are in the order of time. */
export function figuresOf(
  minutes: readonly RevisionMinuteRecord[],
  stretch: Stretch,
): { points: FigurePoint[]; summary: Figures } {
  const { fromMs, toMs, stepMs, nowMs } = stretch;
  const standing = standingOf(minutes, stretch);
  const sums = Array.from({ length: (toMs - fromMs) / stepMs }, () => new Sum());
  const whole = new Sum();
  for (const { minuteMs, figures } of minutes) {
    sums[Math.floor((minuteMs - fromMs) / stepMs)]?.add(figures);
    if (minuteMs >= fromMs && minuteMs < toMs) whole.add(figures);
  }
  const perStep = stepMs / MINUTE_MS;
  const points = sums.map((sum, index) => {
    const atMs = fromMs + index * stepMs;
    const seconds = Math.min(stepMs, nowMs - atMs) / 1000;
    const stood = standing.slice(index * perStep, (index + 1) * perStep);
    return { at: new Date(atMs).toISOString(), ...sum.figures(seconds), ...mostOf(stood) };
  });
  const summary = { ...whole.figures((Math.min(toMs, nowMs) - fromMs) / 1000), ...mostOf(standing) };
  return { points, summary };
}

interface Standing {
  replicas: number;
  memoryBytes: number;
}

function mostOf(standing: readonly Standing[]): Pick<Figures, "replicas" | "memoryBytes"> {
  let [replicas, memoryBytes] = [0, 0];
  for (const each of standing) {
    replicas = Math.max(replicas, each.replicas);
    memoryBytes = Math.max(memoryBytes, each.memoryBytes);
  }
  return { replicas, memoryBytes: memoryBytes === 0 ? null : memoryBytes };
}

/** What replicas there were in each minute of the stretch: a revision's hold until its next minute is told, see `IDLE_MINUTES`. */
function standingOf(minutes: readonly RevisionMinuteRecord[], { fromMs, toMs, nowMs }: Stretch): Standing[] {
  const length = (toMs - fromMs) / MINUTE_MS;
  const standing = Array.from({ length }, () => ({ replicas: 0, memoryBytes: 0 }));
  const last = Math.min(length, Math.floor((nowMs - fromMs) / MINUTE_MS) + 1);
  const open = new Map<number, Standing & { index: number }>();
  function close({ index, replicas, memoryBytes }: Standing & { index: number }, end: number): void {
    for (const each of standing.slice(
      Math.max(0, index),
      Math.max(0, Math.min(end, index + IDLE_MINUTES, last)),
    )) {
      each.replicas += replicas;
      each.memoryBytes = Math.max(each.memoryBytes, memoryBytes);
    }
  }
  for (const { revision, minuteMs, figures } of minutes) {
    const index = (minuteMs - fromMs) / MINUTE_MS;
    const before = open.get(revision);
    // A data plane that was started again tells the same minute once more.
    const again = before?.index === index ? before : { replicas: 0, memoryBytes: 0 };
    if (before !== undefined && before.index !== index) close(before, index);
    open.set(revision, {
      index,
      replicas: Math.max(again.replicas, figures.replicasMax),
      memoryBytes: Math.max(again.memoryBytes, figures.memoryBytesMax),
    });
  }
  for (const each of open.values()) close(each, length);
  return standing;
}

/** Minutes added up. */
class Sum {
  #served = 0;
  #refused = 0;
  #failed = 0;
  #batches = 0;
  #batchedRequests = 0;
  #countedBatches = 0;
  #rows = 0;
  #starts = 0;
  #startMs = 0;
  #startMsMax = 0;
  readonly #latency = emptyHistogram();
  readonly #queued = emptyHistogram();

  add(figures: MinuteFigures): void {
    this.#served += figures.served;
    this.#refused += figures.refused;
    this.#failed += figures.failed;
    this.#batches += figures.batches;
    this.#batchedRequests += figures.batchedRequests;
    this.#countedBatches += figures.countedBatches;
    this.#rows += figures.rows;
    this.#starts += figures.starts;
    this.#startMs += figures.startMsSum;
    this.#startMsMax = Math.max(this.#startMsMax, figures.startMsMax);
    addTo(this.#latency, figures.latency);
    addTo(this.#queued, figures.queued);
  }

  figures(seconds: number): Omit<Figures, "replicas" | "memoryBytes"> {
    const requests = this.#served + this.#refused + this.#failed;
    return {
      requests,
      served: this.#served,
      refused: this.#refused,
      failed: this.#failed,
      requestsPerSecond: requests / seconds,
      errorRate: ratio(this.#failed, requests),
      p50Ms: latencyQuantileMs(this.#latency, 0.5),
      p95Ms: latencyQuantileMs(this.#latency, 0.95),
      p99Ms: latencyQuantileMs(this.#latency, 0.99),
      queueP50Ms: latencyQuantileMs(this.#queued, 0.5),
      queueP95Ms: latencyQuantileMs(this.#queued, 0.95),
      requestsPerBatch: ratio(this.#batchedRequests, this.#batches),
      rowsPerBatch: ratio(this.#rows, this.#countedBatches),
      coldStarts: this.#starts,
      coldStartMsMean: ratio(this.#startMs, this.#starts),
      coldStartMsMax: this.#starts === 0 ? null : this.#startMsMax,
    };
  }
}

function emptyHistogram(): number[] {
  return Array.from({ length: LATENCY_BUCKETS }, () => 0);
}

function addTo(sum: number[], counts: readonly number[]): void {
  for (const [bucket, count] of counts.entries()) sum[bucket] = (sum[bucket] ?? 0) + count;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
