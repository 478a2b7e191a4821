/**
 * One replica: a place in which a worker runs. When the worker dies another is started, with back-off, until the replica
 * is told to stop. The first start is the caller's business: it may fail the whole revision.
 */
import type { BatchingState } from "@slipway/contracts/frame";
import type { ObservedReplica } from "@slipway/contracts/observation";
import { backOffMs } from "./back-off.ts";
import { Failure } from "./failure.ts";
import type { ReplicaLog } from "./replica-log.ts";
import type {
  DescribedModel,
  Outgoing,
  PredictRequest,
  ReplicaAnswer,
  ServingReplica,
} from "./replica-pool.ts";
import { ReplicaLostError } from "./replica-pool.ts";
import type { WorkerConnection } from "./worker-connection.ts";
import type { ReadyEvent, WorkerProcess } from "./worker-process.ts";

/** What starting a worker and trying it gives. */
export interface Started {
  worker: WorkerProcess;
  connection: WorkerConnection;
  ready: ReadyEvent;
  described: DescribedModel;
}

export interface ReplicaOptions {
  id: string;
  log: ReplicaLog;
  /** Starts a worker and smoke tests it; nothing is left behind when it throws or `stopped` aborts. */
  start: (log: ReplicaLog, stopped: AbortSignal) => Promise<Started>;
  /** `atOnce`: callers may wait for it. */
  changed: (atOnce?: boolean) => void;
  /** A worker has become ready, so long after it was wanted. */
  started?: (ms: number) => void;
  requestTimeoutMs: number;
}

/** A worker that lived this long starts its back-off anew. */
const STABLE_MS = 60_000;
/** A worker that answers a little after the deadline is slow, not stuck. */
const STUCK_GRACE_MS = 2_000;
const WATCH_MS = 1_000;

export class Replica implements ServingReplica {
  readonly id: string;
  readonly log: ReplicaLog;
  readonly #options: ReplicaOptions;
  readonly #stopping = new AbortController();
  #state: ObservedReplica["state"] = "starting";
  #running: Started | undefined;
  #lastUsedAtMs: number | null = null;
  #restarts = 0;
  #failedStarts = 0;
  #startedAt: string | null = null;
  #message: string | null = null;
  #supervision: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;

  constructor(options: ReplicaOptions) {
    this.id = options.id;
    this.log = options.log;
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#state === "ready" && this.#running?.connection.isOpen === true;
  }

  get message(): string | null {
    return this.#message;
  }

  /** What the running worker has told of its model. */
  get described(): DescribedModel | null {
    return this.#running?.described ?? null;
  }

  /** The scoring body that the running worker was tried with. */
  get smokeTest(): ReadyEvent["smokeTest"] {
    return this.#running?.ready.smokeTest ?? null;
  }

  /** What its worker says of batching; null while none has been ready. */
  get batching(): BatchingState | null {
    return this.#running?.connection.batching ?? this.#running?.ready.batching ?? null;
  }

  get inFlight(): number {
    return this.#running?.connection.inFlight ?? 0;
  }

  /** When it was last asked; null when it never was. */
  get lastUsedAtMs(): number | null {
    return this.#lastUsedAtMs;
  }

  predict(request: PredictRequest, signal: AbortSignal): Promise<ReplicaAnswer> {
    this.#lastUsedAtMs = Date.now();
    if (this.#running === undefined) return Promise.reject(new ReplicaLostError(false));
    return this.#running.connection.predict(request, signal);
  }

  send(batch: readonly Outgoing[]): void {
    this.#lastUsedAtMs = Date.now();
    if (this.#running !== undefined) this.#running.connection.send(batch);
    else for (const outgoing of batch) outgoing.settle(new ReplicaLostError(false));
  }

  observe(): ObservedReplica {
    return {
      id: this.id,
      state: this.#state,
      restarts: this.#restarts,
      startedAt: this.#startedAt,
      memoryBytes: this.#running?.worker.memoryBytes ?? null,
      message: this.#message,
    };
  }

  /**
   * Starts the first worker, and supervises once that has worked.
   * @throws Failure when the first start fails; nothing runs then.
   */
  async startFirst(): Promise<void> {
    try {
      await this.#startOnce();
    } catch (error) {
      this.#set("dead", Failure.from(error).message);
      throw error;
    }
    this.#supervision = this.#supervise();
  }

  /** Starts, and goes on trying with back-off when that fails. */
  keepTrying(): void {
    this.#supervision = this.#supervise();
  }

  /** Waits until the requests in flight are answered, at most `drainMs`, then ends the worker. */
  async stop(drainMs: number): Promise<void> {
    if (this.#state === "dead" && this.#stopping.signal.aborted) return;
    if (this.#running === undefined) this.#stopping.abort();
    this.#set("stopping", null);
    const deadline = performance.now() + drainMs;
    while (this.inFlight > 0 && performance.now() < deadline) await sleep(20);
    this.#stopping.abort();
    this.#wake?.();
    await this.#supervision;
    await this.#end();
    this.log.append("slipway: the replica has ended");
    await this.log.flush();
    this.#set("dead", this.#message);
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#running === undefined) await this.#startAgain();
      else await this.#watch(this.#running);
    }
  }

  async #startAgain(): Promise<void> {
    try {
      await this.#startOnce();
      this.#failedStarts = 0;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.log.append(`slipway: ${Failure.from(error).message}`);
      await this.#backOff(Failure.from(error).message);
    }
  }

  async #startOnce(): Promise<void> {
    this.log.append("slipway: starting a worker");
    const began = performance.now();
    const started = await this.#options.start(this.log, this.#stopping.signal);
    const { loadMs, mlflowVersion, flavors } = started.ready;
    this.log.append(
      `slipway: ready. Loaded in ${(loadMs / 1000).toFixed(1)} s with MLflow ${mlflowVersion} (${flavors.join(", ")})`,
    );
    this.#running = started;
    this.#startedAt = new Date().toISOString();
    this.#options.started?.(performance.now() - began);
    this.#set("ready", null);
  }

  /** Returns when the worker has ended or the replica is to stop. */
  async #watch({ worker, connection }: Started): Promise<void> {
    const began = performance.now();
    const ended = worker.exited.then(() => true);
    while (!this.#stopping.signal.aborted) {
      const wasOpen = connection.isOpen;
      if (await Promise.race([ended, this.#pause(WATCH_MS)])) break;
      if (!wasOpen && !this.#stopping.signal.aborted) {
        worker.kill(new Failure("ReplicasDown", "The worker was replaced: its connection had broken."));
      }
      if (connection.busyForMs > this.#options.requestTimeoutMs + STUCK_GRACE_MS) {
        const seconds = Math.round(connection.busyForMs / 1000);
        worker.kill(
          new Failure(
            "ReplicasDown",
            `The worker was replaced: it was stuck in one request for ${seconds} s.`,
          ),
        );
      }
    }
    if (this.#stopping.signal.aborted) return;
    await this.#end();
    if (performance.now() - began > STABLE_MS) this.#failedStarts = 0;
    this.log.append(`slipway: ${worker.ending.message}`);
    await this.#backOff(worker.ending.message);
  }

  async #backOff(message: string): Promise<void> {
    const waitMs = backOffMs(this.#failedStarts);
    this.#failedStarts += 1;
    this.#restarts += 1;
    this.#set("restarting", message);
    await this.#pause(waitMs);
  }

  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.connection.close();
    await running?.worker.stop();
  }

  /** Waits, or until the replica is to stop. */
  #pause(waitMs: number): Promise<false> {
    if (this.#stopping.signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
  }

  #set(state: ObservedReplica["state"], message: string | null): void {
    this.#state = this.#stopping.signal.aborted && state !== "dead" ? "stopping" : state;
    this.#message = message;
    this.#options.changed(state === "ready");
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
