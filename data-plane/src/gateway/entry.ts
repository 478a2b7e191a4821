/** A request in a line: ended exactly once, by its answer or because it is given up. */
import type { Outgoing, PredictRequest, ReplicaAnswer } from "#agent/replica-pool.ts";

/** How a request ended; `queuedMs` is what it waited for a replica. */
export type Settle = (outcome: ReplicaAnswer | Error, queuedMs: number) => void;

/** The line that an entry stands in. */
export interface EntryOwner {
  /** Its answer has come. */
  finished: (entry: Entry, outcome: ReplicaAnswer | Error) => void;
  /** It is given up. */
  takeBack: (entry: Entry) => void;
}

/** Requests that were sent together. */
export interface SentFrame {
  readonly entries: readonly Entry[];
  /** How many of them a replica is still asked for. */
  left: number;
  readonly sentMs: number;
  /** Since when the model is at what is left of them. */
  progressMs: number;
}

/** A request in a line. */
export class Entry implements Outgoing {
  readonly request: PredictRequest;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  /** Set once it is sent; of all that were sent with it. */
  frame: SentFrame | undefined;
  /** A replica has it and is to answer. */
  isSent = false;
  done = false;
  cancel?: () => void;
  readonly #settled: Settle;
  readonly #line: EntryOwner;

  constructor(
    line: EntryOwner,
    request: PredictRequest,
    { deadlineMs, nowMs, settled }: { deadlineMs: number; nowMs: number; settled: Settle },
  ) {
    this.#line = line;
    this.request = request;
    this.arrivedMs = nowMs;
    this.deadlineMs = deadlineMs;
    this.#settled = settled;
  }

  /** Called by the replica. What was given up meanwhile is told to nobody. */
  settle(outcome: ReplicaAnswer | Error): void {
    this.#line.finished(this, outcome);
    this.end(outcome);
  }

  /** Gives it up: it is taken back if the model has not begun. */
  abandon(reason: Error): void {
    if (this.done) return;
    this.#line.takeBack(this);
    this.end(reason);
  }

  end(outcome: ReplicaAnswer | Error): void {
    if (this.done) return;
    this.done = true;
    this.#settled(outcome, (this.frame?.sentMs ?? performance.now()) - this.arrivedMs);
  }
}
