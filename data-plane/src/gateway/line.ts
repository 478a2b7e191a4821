/**
 * The requests of one revision, in the order they came: they wait here, not at a replica, so that whichever replica is free
 * first takes the next batch. Nothing is sent to a replica that still works.
 */
import { AppError } from "@slipway/contracts/errors";
import {
  type PredictRequest,
  type ReplicaAnswer,
  ReplicaLostError,
  type ServingReplica,
  type ServingRevision,
} from "#agent/replica-pool.ts";
import { BatchSize } from "./batch-size.ts";
import { Entry, type EntryOwner, type SentFrame, type Settle } from "./entry.ts";

export interface LineLimits {
  /** Requests that may be in a line for each ready replica, those being answered included. */
  inFlightMax: number;
  /** More of them may, up to `heldMax`, while their line is known to be through within this time. */
  lineMsMax: number;
  /** How long a request waits for a replica to come at all: one that is brought back, or started from zero. */
  holdMs: number;
  /** Requests that may wait so at the same time, and the size of their bodies together. */
  heldMax: number;
  heldBytesMax: number;
}

/** What a line needs to know and to tell. */
export interface LinePorts {
  /** The revision as it is now; undefined when it is gone. */
  revision: () => ServingRevision | undefined;
  /** Asks for a replica of a revision that sleeps. */
  wake: () => void;
  /** Requests wait although no replica is ready: `pump` is to be called when one may be. */
  stands: () => void;
  /** A call of the model has been answered. */
  batch: (batch: ReplicaAnswer["batch"]) => void;
  limits: LineLimits;
}

/** After so many calls a crowd that has gone is half forgotten. */
const CROWD_FADE = 0.5 ** (1 / 8);
/** A call for less than this share of those who could be in it is worth a wait. */
const FEW_SHARE = 0.25;
/** Bodies of one batch, together; a larger one goes alone. */
const BATCH_BYTES_MAX = 4 * 1024 ** 2;

export class Line implements EntryOwner {
  readonly #ports: LinePorts;
  readonly #size = new BatchSize();
  /** Oldest first; those that were taken back are skipped. */
  #waiting: Entry[] = [];
  #head = 0;
  #waitingCount = 0;
  #waitingBytes = 0;
  /** What replicas work on, oldest first. No `Set`, see `agent/pending.ts`. */
  #sent: SentFrame[] = [];
  #lastBatch: ReplicaAnswer["batch"] | null = null;
  #scheduled = false;
  /** Requests that were in line or being answered at the same time, lately. */
  #crowd = 0;
  #lingering: NodeJS.Timeout | undefined;
  /** Whoever comes soon after others had to wait for a replica stands in line with them. */
  #openUntilMs = 0;
  lastRequestAtMs: number | null = null;

  constructor(ports: LinePorts) {
    this.#ports = ports;
  }

  /** Expects of its model what calls of another revision's have taken, until it knows better. */
  expectAs(other: Line): void {
    this.#size.beginAs(other.#size);
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Requests that replicas work on. */
  get inFlight(): number {
    return this.#sent.reduce((sum, { left }) => sum + left, 0);
  }

  /** True while a request waits although no replica is ready. */
  get stands(): boolean {
    return this.#waitingCount > 0 && (this.#ports.revision()?.replicas.length ?? 0) === 0;
  }

  /**
   * Puts a request in line.
   * @throws AppError `too_many_requests` when the line is full.
   */
  ask(request: PredictRequest, deadlineMs: number, settled: Settle): Entry {
    const revision = this.#ports.revision();
    const nowMs = performance.now();
    this.lastRequestAtMs = Date.now();
    const entry = new Entry(this, request, { deadlineMs, nowMs, settled });
    if (revision !== undefined) this.#admit(revision, request.body.length, nowMs);
    this.#waiting.push(entry);
    this.#waitingCount += 1;
    this.#waitingBytes += request.body.length;
    this.#crowd = Math.max(this.#crowd, this.#waitingCount + this.inFlight);
    this.#schedule();
    return entry;
  }

  /** Sends what can be sent. */
  pump(): void {
    this.#scheduled = false;
    if (this.#waitingCount === 0) return;
    const revision = this.#ports.revision();
    if (revision === undefined || !takesRequests(revision)) this.#sendElsewhere();
    else if (revision.replicas.length === 0) this.#hold(revision);
    else {
      for (const replica of revision.replicas) {
        if (this.#waitingCount === 0) break;
        if (replica.inFlight === 0 && !this.#lingers(replica, revision)) this.#sendTo(replica, revision);
      }
    }
  }

  /** Gives up what has waited too long. Called a few times a second. */
  sweep(nowMs: number, timedOut: () => Error, unavailable: () => Error): void {
    const { holdMs } = this.#ports.limits;
    const stands = this.stands;
    for (let at = this.#head; at < this.#waiting.length; at += 1) {
      const entry = this.#waiting[at];
      if (entry === undefined || entry.done) continue;
      if (entry.deadlineMs <= nowMs) entry.abandon(timedOut());
      else if (stands && entry.arrivedMs + holdMs <= nowMs) entry.abandon(unavailable());
      else break;
    }
    for (const entry of this.#sent.flatMap(({ entries }) => entries)) {
      if (entry.isSent && entry.deadlineMs <= nowMs) entry.abandon(timedOut());
    }
  }

  /** Called by an entry whose answer has come. */
  finished(entry: Entry, outcome: ReplicaAnswer | Error): void {
    this.#leave(entry);
    const isAnswer = !(outcome instanceof Error);
    if (isAnswer && outcome.batch !== this.#lastBatch) this.#learn(entry, outcome);
    // The replica gets its next requests before these answers are written; one that is lost would give them back at once.
    if (isAnswer && entry.frame?.left === 0) this.pump();
    else this.#schedule();
  }

  /** Called by an entry that is given up. */
  takeBack(entry: Entry): void {
    if (entry.frame !== undefined) {
      this.#leave(entry);
      entry.cancel?.();
      return;
    }
    this.#waitingCount -= 1;
    this.#waitingBytes -= entry.request.body.length;
  }

  /** Takes the first answer of a call as news of it. */
  #learn({ frame, arrivedMs }: Entry, { batch, code }: ReplicaAnswer): void {
    this.#lastBatch = batch;
    this.#crowd = Math.max(this.#waitingCount + this.inFlight, this.#crowd * CROWD_FADE);
    const beganMs = frame?.progressMs ?? arrivedMs;
    const nowMs = performance.now();
    if (frame !== undefined) frame.progressMs = nowMs;
    // What was refused has not reached the model: it was no call of it.
    if (code === "invalid_input" || code === "unsupported_media_type") return;
    this.#size.observe(batch.requests, nowMs - beganMs);
    this.#ports.batch(batch);
  }

  #admit(revision: ServingRevision, bytes: number, nowMs: number): void {
    const { inFlightMax, heldMax, heldBytesMax } = this.#ports.limits;
    const { replicas, concurrencyMax } = revision;
    const inside = this.#waitingCount + this.inFlight;
    if (concurrencyMax !== null && inside >= concurrencyMax) throw this.#full(revision, "bound");
    const places = inFlightMax * replicas.length;
    const isOpen = nowMs < this.#openUntilMs || places === 0;
    const holdsMore = isOpen || (inside >= places && this.#isShort(inside, revision));
    const placesMax = holdsMore ? Math.max(heldMax, places) : places;
    const hasSpace = this.#waitingBytes === 0 || this.#waitingBytes + bytes <= heldBytesMax;
    const fits = inside < placesMax && hasSpace;
    if (!fits) throw this.#full(revision, replicas.length === 0 ? "starting" : "queue");
  }

  /** Whether a line of so many requests is soon through: a burst at a fast model is no reason to turn anybody away. */
  #isShort(requests: number, { replicas, batching }: ServingRevision): boolean {
    if (this.#size.cost === null) return false;
    const isBatching = replicas.every((replica) => replica.batching?.state === "on");
    const drainMs = this.#size.drainMs(requests, isBatching ? batching.requestsMax : 1) / replicas.length;
    return drainMs <= this.#ports.limits.lineMsMax;
  }

  #hold({ idle }: ServingRevision): void {
    this.#openUntilMs = performance.now() + this.#ports.limits.holdMs;
    if (idle) this.#ports.wake();
    this.#ports.stands();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.pump());
  }

  /**
   * How many requests go into a call. Callers who send one request after another are at a replica or on their way to and fro:
   * with the same number of them in each place all are always busy, while all of them in one call would leave the replica idle
   * until they are back.
   */
  #batchSize(replica: ServingReplica, { replicas, batching }: ServingRevision): number {
    if (replica.batching?.state !== "on") return 1;
    const share = Math.ceil(this.#crowd / (replicas.length + 1));
    return Math.min(Math.max(1, share), this.#size.limit(batching.requestsMax));
  }

  /** Whether a free replica does better to wait a moment: the first few who come back would else have a call for themselves. */
  #lingers(replica: ServingReplica, revision: ServingRevision): boolean {
    const oldest = this.#waiting[this.#head];
    const { batching } = revision;
    const few = this.#batchSize(replica, revision) * FEW_SHARE;
    if (oldest === undefined || this.#waitingCount >= few) return false;
    const leftMs = oldest.arrivedMs + this.#size.lingerMs(batching.delayMsMax) - performance.now();
    if (leftMs <= 0) return false;
    this.#lingering ??= setTimeout(() => {
      this.#lingering = undefined;
      this.pump();
    }, leftMs);
    return true;
  }

  #sendTo(replica: ServingReplica, revision: ServingRevision): void {
    const batch = this.#take(this.#batchSize(replica, revision));
    const sentMs = performance.now();
    const frame = { entries: batch, left: batch.length, sentMs, progressMs: sentMs };
    for (const entry of batch) {
      entry.frame = frame;
      entry.isSent = true;
    }
    this.#sent.push(frame);
    replica.send(batch);
  }

  /** Nothing is expected for it from a replica any more. */
  #leave(entry: Entry): void {
    const { frame } = entry;
    if (!entry.isSent || frame === undefined) return;
    entry.isSent = false;
    frame.left -= 1;
    if (frame.left === 0) this.#sent = this.#sent.filter((each) => each !== frame);
  }

  #take(requestsMax: number): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    while (this.#waitingCount > 0 && batch.length < requestsMax) {
      const entry = this.#waiting[this.#head];
      if (entry === undefined) break;
      const size = entry.request.body.length;
      if (!entry.done && batch.length > 0 && bytes + size > BATCH_BYTES_MAX) break;
      this.#head += 1;
      if (entry.done) continue;
      batch.push(entry);
      bytes += size;
      this.#waitingCount -= 1;
    }
    this.#waitingBytes -= bytes;
    if (this.#head > 1_024 || this.#waitingCount === 0) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  /** Nobody comes here any more: whoever asked chooses again. */
  #sendElsewhere(): void {
    const rest = this.#waiting.slice(this.#head).filter(({ done }) => !done);
    [this.#waiting, this.#head, this.#waitingCount, this.#waitingBytes] = [[], 0, 0, 0];
    for (const entry of rest) entry.end(new ReplicaLostError(false));
  }

  #full(revision: ServingRevision, why: "bound" | "queue" | "starting"): AppError {
    const requestsMax = revision.batching.requestsMax * Math.max(1, revision.replicas.length);
    const retryAfterSeconds = Math.max(
      1,
      Math.ceil(this.#size.drainMs(this.#waitingCount, requestsMax) / 1000),
    );
    return new AppError("too_many_requests", FULL[why], { details: { retryAfterSeconds } });
  }
}

/** Since its requests came they may have been given to another revision, or it may have been stopped. */
function takesRequests({ weight, fallback, replicas, idle, recovering }: ServingRevision): boolean {
  return (weight > 0 || fallback) && (replicas.length > 0 || idle || recovering);
}

const FULL = {
  bound:
    "This deployment takes no more requests at the same time than its owners allow. Try again in a moment, or ask for a higher bound.",
  queue:
    "All replicas of this deployment are busy and their queues are full. Try again in a moment, or add replicas.",
  starting:
    "A replica of this deployment is being started, and as many requests as may wait for it do. Try again in a moment.",
};
