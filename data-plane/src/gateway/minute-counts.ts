/**
 * The numbers of one revision in one minute, and since the start: one flat array each, so that counting is an addition
 * and a minute is added to the total in one loop.
 */
import { LATENCY_BUCKETS, latencyBucket } from "@slipway/contracts/latency-buckets";
import type { MinuteFigures } from "@slipway/contracts/observation";

/** Where what stands. The two histograms come last. */
const AT = {
  served: 0,
  refused: 1,
  failed: 2,
  batches: 3,
  batchedRequests: 4,
  countedBatches: 5,
  rows: 6,
  starts: 7,
  startMs: 8,
  latencyMs: 9,
  queuedMs: 10,
} as const;
const LATENCY_AT = 11;
const QUEUED_AT = LATENCY_AT + LATENCY_BUCKETS;
const LENGTH = QUEUED_AT + LATENCY_BUCKETS;

/** A number that only grows. */
export type Counted = keyof typeof AT;

export class Counts {
  readonly #numbers = new Float64Array(LENGTH);

  get(what: Counted): number {
    return this.#numbers[AT[what]] ?? 0;
  }

  add(what: Counted, amount: number): void {
    const at = AT[what];
    this.#numbers[at] = (this.#numbers[at] ?? 0) + amount;
  }

  /** Counts the times of a served request. */
  time(latencyMs: number, queuedMs: number): void {
    this.add("latencyMs", latencyMs);
    this.add("queuedMs", queuedMs);
    this.#increment(LATENCY_AT + latencyBucket(latencyMs));
    this.#increment(QUEUED_AT + latencyBucket(queuedMs));
  }

  get latency(): readonly number[] {
    return withoutTail(this.#numbers.subarray(LATENCY_AT, QUEUED_AT));
  }

  get queued(): readonly number[] {
    return withoutTail(this.#numbers.subarray(QUEUED_AT));
  }

  /** True when nothing was counted. */
  get isEmpty(): boolean {
    return this.#numbers.every((number) => number === 0);
  }

  /** Hands what was counted over to a total and begins anew. */
  moveTo(total: Counts): void {
    for (let at = 0; at < LENGTH; at += 1) {
      total.#numbers[at] = (total.#numbers[at] ?? 0) + (this.#numbers[at] ?? 0);
    }
    this.#numbers.fill(0);
  }

  /** This and another one together. */
  plus(other: Counts): Counts {
    const sum = new Counts();
    for (let at = 0; at < LENGTH; at += 1) {
      sum.#numbers[at] = (this.#numbers[at] ?? 0) + (other.#numbers[at] ?? 0);
    }
    return sum;
  }

  /** As the contract tells it. */
  figures(): Omit<MinuteFigures, "replicasMax" | "memoryBytesMax" | "startMsMax"> {
    return {
      served: this.get("served"),
      refused: this.get("refused"),
      failed: this.get("failed"),
      latency: [...this.latency],
      queued: [...this.queued],
      batches: this.get("batches"),
      batchedRequests: this.get("batchedRequests"),
      countedBatches: this.get("countedBatches"),
      rows: this.get("rows"),
      starts: this.get("starts"),
      startMsSum: this.get("startMs"),
    };
  }

  #increment(at: number): void {
    this.#numbers[at] = (this.#numbers[at] ?? 0) + 1;
  }
}

function withoutTail(counts: Float64Array): number[] {
  let length = counts.length;
  while (length > 0 && counts[length - 1] === 0) length -= 1;
  return Array.from(counts.subarray(0, length));
}
