/** The replicas of a pool, what they have told of the model, and those that are leaving. */
import type { BatchingState } from "@slipway/contracts/frame";
import type { ObservedReplica, ObservedRevision } from "@slipway/contracts/observation";
import { Replica, type Started } from "./replica.ts";
import type { ReplicaLog } from "./replica-log.ts";
import type { DescribedModel, ServingReplica } from "./replica-pool.ts";

export interface ReplicaSetOptions {
  /** Of the revision that they are named after. */
  number: number;
  openLog: (name: string) => ReplicaLog;
  changed: (atOnce?: boolean) => void;
  /** A replica has become ready, so long after it was wanted. */
  started: (ms: number) => void;
  requestTimeoutMs: number;
  /** What is known of the model from before. */
  described: DescribedModel | null;
}

export type StartReplica = (log: ReplicaLog, stopped: AbortSignal) => Promise<Started>;

const DRAIN_SURPLUS_MS = 30_000;

export class ReplicaSet {
  readonly #options: ReplicaSetOptions;
  #replicas: Replica[] = [];
  /** Those that have been taken out and still answer what they have. */
  readonly #parting = new Set<Promise<void>>();
  #described: DescribedModel | null;
  #example: ObservedRevision["example"] = null;
  #batching: BatchingState | null = null;

  constructor(options: ReplicaSetOptions) {
    this.#options = options;
    this.#described = options.described;
  }

  get size(): number {
    return this.#replicas.length;
  }

  get ready(): readonly ServingReplica[] {
    return this.#replicas.filter((replica) => replica.isReady);
  }

  get inFlight(): number {
    return this.#replicas.reduce((sum, replica) => sum + replica.inFlight, 0);
  }

  /** When one was last asked; null when none of those that run ever was. */
  get lastUsedAtMs(): number | null {
    return this.#replicas.reduce<number | null>(
      (last, { lastUsedAtMs }) => (lastUsedAtMs === null ? last : Math.max(last ?? 0, lastUsedAtMs)),
      null,
    );
  }

  /** How many work, and how many requests each of them is answering. */
  get load(): { busy: number; together: number } {
    const busy = this.#replicas.filter(({ inFlight }) => inFlight > 0).length;
    const batches = this.batching?.state === "on" && busy > 0;
    return { busy, together: batches ? Math.ceil(this.inFlight / busy) : 1 };
  }

  /** What a worker has told of the model, once one has been ready. */
  get described(): DescribedModel | null {
    this.#described =
      this.#replicas.find(({ described }) => described !== null)?.described ?? this.#described;
    return this.#described;
  }

  /** What a worker has said of batching, once one has been ready. */
  get batching(): BatchingState | null {
    this.#batching = this.#replicas.find(({ batching }) => batching !== null)?.batching ?? this.#batching;
    return this.#batching;
  }

  /** The scoring body that a worker was tried with, once one has been ready. */
  get example(): ObservedRevision["example"] {
    const tried = this.#replicas.find(({ smokeTest }) => smokeTest !== null)?.smokeTest ?? null;
    if (tried?.contentType.startsWith("application/json")) {
      this.#example = { from: tried.from, body: parseJson(tried.body) };
    }
    return this.#example;
  }

  /** Why one does not run, when that is known. */
  get message(): string | null {
    return this.#replicas.find(({ message }) => message !== null)?.message ?? null;
  }

  observe(): ObservedReplica[] {
    return this.#replicas.map((replica) => replica.observe());
  }

  /** Adds one; the caller has it started. */
  add(start: StartReplica): Replica {
    const { number, openLog, changed, started, requestTimeoutMs } = this.#options;
    const id = `r${number}-${this.#replicas.length}`;
    const replica = new Replica({ id, log: openLog(id), start, changed, started, requestTimeoutMs });
    this.#replicas.push(replica);
    return replica;
  }

  /** Adds so many that there are `count`, or lets the newest go when they have answered what they have. */
  fit(count: number, start: StartReplica): void {
    while (this.#replicas.length < count) this.add(start).keepTrying();
    for (const surplus of this.#replicas.splice(count)) {
      const gone = surplus.stop(DRAIN_SURPLUS_MS).finally(() => this.#parting.delete(gone));
      this.#parting.add(gone);
    }
  }

  /** Tells something in the log of each. */
  log(line: string): void {
    for (const { log } of this.#replicas) log.append(`slipway: ${line}`);
  }

  /** Takes all out that have ended. */
  clear(): void {
    this.#replicas = [];
  }

  /** Ends all, with those that were leaving already. */
  async stop(drainMs: number): Promise<void> {
    await Promise.all([...this.#replicas.map((replica) => replica.stop(drainMs)), ...this.#parting]);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Python writes NaN where JSON has no word
  }
}
