/** The lines of all revisions, found by deployment and number; what waits is looked after a few times a second. */
import { AppError } from "@slipway/contracts/errors";
import type { Demand, Endpoints, ReplicaAnswer } from "#agent/replica-pool.ts";
import { Line, type LineLimits } from "./line.ts";

export interface LinesOptions {
  endpoints: Endpoints;
  limits: LineLimits & { requestTimeoutMs: number };
  /** A call of the model has been answered. */
  batch: (id: string, revision: number, batch: ReplicaAnswer["batch"]) => void;
}

const SWEEP_MS = 100;
const CHANGE_WAIT_MS = 1_000;
const NO_DEMAND: Demand = { inFlight: 0, waiting: 0, lastRequestAtMs: null };

export class Lines {
  readonly #options: LinesOptions;
  /** By deployment, then by revision. */
  readonly #lines = new Map<string, Map<number, Line>>();
  readonly #stopped = new AbortController();
  readonly #sweeping: NodeJS.Timeout;
  #watching = false;

  constructor(options: LinesOptions) {
    this.#options = options;
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  /** The line of a revision; made when it is asked for first. */
  of(id: string, revision: number): Line {
    let lines = this.#lines.get(id);
    if (lines === undefined) {
      lines = new Map();
      this.#lines.set(id, lines);
    }
    let line = lines.get(revision);
    if (line === undefined) {
      line = this.#make(id, revision);
      const newest = [...lines.values()].at(-1);
      if (newest !== undefined) line.expectAs(newest);
      lines.set(revision, line);
    }
    return line;
  }

  /** See `AgentOptions.demand`. */
  demand(id: string, revision: number): Demand {
    const line = this.#lines.get(id)?.get(revision);
    if (line === undefined) return NO_DEMAND;
    const { inFlight, waiting, lastRequestAtMs } = line;
    return { inFlight, waiting, lastRequestAtMs };
  }

  /** Ends the looking-after; what waits stays so. */
  close(): void {
    clearInterval(this.#sweeping);
    this.#stopped.abort();
  }

  #make(id: string, number: number): Line {
    const { endpoints, limits, batch } = this.#options;
    return new Line({
      revision: () => endpoints.find(id)?.revisions.find((revision) => revision.number === number),
      wake: () => endpoints.wake(id, number),
      stands: () => void this.#watch(),
      batch: (answered) => batch(id, number, answered),
      limits,
    });
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const [id, lines] of this.#lines) {
      for (const [number, line] of lines) {
        line.sweep(nowMs, () => timedOut(this.#options.limits.requestTimeoutMs), unavailable);
        if (line.waiting + line.inFlight === 0 && !this.#exists(id, number)) lines.delete(number);
      }
      if (lines.size === 0) this.#lines.delete(id);
    }
  }

  /** While requests wait for a replica to come, every change of the endpoints may have brought it. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    const { signal } = this.#stopped;
    try {
      for (let standing = this.#standing; standing.length > 0 && !signal.aborted; standing = this.#standing) {
        await this.#options.endpoints.changed(CHANGE_WAIT_MS, signal);
        for (const line of standing) line.pump();
      }
    } finally {
      this.#watching = false;
    }
  }

  get #standing(): Line[] {
    return [...this.#lines.values()].flatMap((lines) => [...lines.values()].filter(({ stands }) => stands));
  }

  #exists(id: string, number: number): boolean {
    return (
      this.#options.endpoints.find(id)?.revisions.some((revision) => revision.number === number) === true
    );
  }
}

function timedOut(timeoutMs: number): AppError {
  return new AppError(
    "model_timed_out",
    `The model did not answer within ${Math.round(timeoutMs / 1000)} s. Send fewer rows per request, or look at the replica's log.`,
  );
}

function unavailable(): AppError {
  return new AppError(
    "replica_unavailable",
    "No replica of this deployment became ready in time. It is starting or recovering; try again in a few seconds.",
  );
}
