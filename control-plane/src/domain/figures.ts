/** From the minutes of revisions to what people see: histograms merged, quantiles read, idle time filled in. Pure. */
import {
  FIGURES_WINDOWS,
  type FigurePoint,
  type Figures,
  type FiguresWindow,
} from "@slipway/contracts/api/figures";
import { LATENCY_BUCKETS, latencyQuantileMs } from "@slipway/contracts/latency-buckets";
import { IDLE_MINUTES, type MinuteFigures } from "@slipway/contracts/observation";
import { MINUTE_MS, type RevisionMinuteRecord, Standing, type Stretch } from "./standing-replicas.ts";

/** A stretch that has only just begun says nothing yet. */
const BEGUN_MS = 5_000;

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

/** One point for each step of a stretch, also where nothing happened; `minutes` are in the order of time. */
export function pointsOf(minutes: readonly RevisionMinuteRecord[], stretch: Stretch): FigurePoint[] {
  const { fromMs, toMs, stepMs, nowMs } = stretch;
  const standing = new Standing(minutes, stretch);
  const sums = Array.from({ length: (toMs - fromMs) / stepMs }, () => new Sum());
  for (const { minuteMs, figures } of minutes) {
    sums[Math.floor((minuteMs - fromMs) / stepMs)]?.add(figures);
  }
  return sums.map((sum, index) => {
    const atMs = fromMs + index * stepMs;
    const seconds = Math.min(stepMs, nowMs - atMs) / 1000;
    return {
      at: new Date(atMs).toISOString(),
      ...sum.figures(seconds),
      ...standing.most(atMs, atMs + stepMs),
    };
  });
}

/** A whole stretch as one; `minutes` are in the order of time. */
export function summaryOf(minutes: readonly RevisionMinuteRecord[], stretch: Stretch): Figures {
  const { fromMs, toMs, nowMs } = stretch;
  const sum = new Sum();
  for (const { minuteMs, figures } of minutes) {
    if (minuteMs >= fromMs && minuteMs < toMs) sum.add(figures);
  }
  const seconds = (Math.min(toMs, nowMs) - fromMs) / 1000;
  return { ...sum.figures(seconds), ...new Standing(minutes, stretch).most(fromMs, toMs) };
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
  // Tens of thousands of minutes are added: an iterator would be most of the work.
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    sum[bucket] = (sum[bucket] ?? 0) + (counts[bucket] ?? 0);
  }
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
