/**
 * Figures for people: what each revision does, minute by minute for the console and in total for Prometheus.
 *
 * A request costs a few additions: no text is built and nothing is allocated. What has been counted becomes a minute when
 * somebody reads it or the next request comes after its end. In memory only, of the last two hours: the control plane keeps
 * the minutes, and what a killed data plane has not told yet is lost.
 */
import { randomUUID } from "node:crypto";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import { IDLE_MINUTES, type Minutes, NO_REVISION, type RevisionMinute } from "@slipway/contracts/observation";
import { Counts } from "./minute-counts.ts";
import type { Outcome } from "./tally.ts";

const MINUTE_MS = 60_000;
/** Finished minutes are told for so long. */
const KEPT_MINUTES = 120;

/** What the replicas of a revision are like at a moment. */
export interface ReplicaFacts {
  id: string;
  revision: number;
  /** Ready ones. */
  replicas: number;
  /** Resident memory of the largest. */
  memoryBytes: number;
}

/** What a revision has done since the start, and what its replicas are like now. */
export interface RevisionTotals extends ReplicaFacts {
  counts: Counts;
}

interface Series {
  readonly id: string;
  readonly revision: number;
  /** Of the minute that goes on. */
  readonly minute: Counts;
  /** Of the finished minutes. */
  readonly total: Counts;
  replicas: number;
  memoryBytes: number;
  replicasMax: number;
  memoryBytesMax: number;
  startMsMax: number;
  /** `replicasMax` as it was told last. */
  toldReplicas: number;
  quietMinutes: number;
}

interface Finished {
  minuteMs: number;
  minute: RevisionMinute;
}

export class Meter {
  readonly #epoch = randomUUID();
  readonly #now: () => number;
  readonly #deployments = new Map<string, Map<number, Series>>();
  /** Oldest first. */
  #finished: Finished[] = [];
  #minuteMs: number;
  #endsAtMs: number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#minuteMs = Math.floor(now() / MINUTE_MS) * MINUTE_MS;
    this.#endsAtMs = this.#minuteMs + MINUTE_MS;
  }

  /** Notes what a revision made of a request; `queuedMs` is the part of `latencyMs` in which it waited for a replica. */
  answered(
    id: string,
    revision: number,
    { outcome, latencyMs, queuedMs }: { outcome: Outcome; latencyMs: number; queuedMs: number },
  ): void {
    const { minute } = this.#seriesNow(id, revision);
    minute.add(outcome, 1);
    if (outcome === "served") minute.time(latencyMs, queuedMs);
  }

  /** Notes that no revision could take a request. */
  unserved(id: string): void {
    this.#seriesNow(id, NO_REVISION).minute.add("failed", 1);
  }

  /** Notes one call of the model's `predict`, once for all the requests that it answered. */
  batch(id: string, revision: number, { requests, rows }: { requests: number; rows: number | null }): void {
    const { minute } = this.#seriesNow(id, revision);
    minute.add("batches", 1);
    minute.add("batchedRequests", requests);
    if (rows === null) return;
    minute.add("countedBatches", 1);
    minute.add("rows", rows);
  }

  /** Notes that a replica has become ready, and how long after it was wanted. */
  started(id: string, revision: number, ms: number): void {
    const series = this.#seriesNow(id, revision);
    series.minute.add("starts", 1);
    series.minute.add("startMs", ms);
    series.startMsMax = Math.max(series.startMsMax, ms);
  }

  /** Takes over what replicas there are; revisions that are not listed have none. */
  sample(facts: readonly ReplicaFacts[]): void {
    this.#turn();
    for (const series of this.#all()) {
      series.replicas = 0;
      series.memoryBytes = 0;
    }
    for (const { id, revision, replicas, memoryBytes } of facts) {
      const series = this.#series(id, revision);
      series.replicas = replicas;
      series.memoryBytes = memoryBytes;
      series.replicasMax = Math.max(series.replicasMax, replicas);
      series.memoryBytesMax = Math.max(series.memoryBytesMax, memoryBytes);
    }
  }

  /** See `minutesSchema`. */
  minutes({ afterMs, id }: { afterMs: number; id?: string | undefined }): Minutes {
    this.#turn();
    const wanted = (deployment: string) => id === undefined || deployment === id;
    const finished = this.#finished
      .filter(({ minuteMs, minute }) => minuteMs > afterMs && wanted(minute.deployment))
      .map(({ minute }) => minute);
    const current = [...this.#all()]
      .filter((series) => wanted(series.id) && this.#minuteMs > afterMs && this.#isWorthTelling(series))
      .map((series) => this.#tell(series));
    return { epoch: this.#epoch, minutes: [...finished, ...current] };
  }

  /** Everything since the start. */
  totals(): RevisionTotals[] {
    this.#turn();
    return [...this.#all()].map(({ id, revision, total, minute, replicas, memoryBytes }) => ({
      id,
      revision,
      counts: total.plus(minute),
      replicas,
      memoryBytes,
    }));
  }

  /** Forgets deployments that are not there any more. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of [...this.#deployments.keys()]) if (!ids.has(id)) this.#deployments.delete(id);
    this.#finished = this.#finished.filter(({ minute }) => ids.has(minute.deployment));
  }

  *#all(): Generator<Series> {
    for (const revisions of this.#deployments.values()) yield* revisions.values();
  }

  #seriesNow(id: string, revision: number): Series {
    if (this.#now() >= this.#endsAtMs) this.#turn();
    return this.#series(id, revision);
  }

  #series(id: string, revision: number): Series {
    return this.#deployments.get(id)?.get(revision) ?? this.#newSeries(id, revision);
  }

  #newSeries(id: string, revision: number): Series {
    const none = { replicas: 0, memoryBytes: 0, replicasMax: 0, memoryBytesMax: 0, startMsMax: 0 };
    const counts = { minute: new Counts(), total: new Counts() };
    const series: Series = { id, revision, ...counts, ...none, toldReplicas: 0, quietMinutes: 0 };
    const revisions = this.#deployments.get(id) ?? new Map<number, Series>();
    this.#deployments.set(id, revisions.set(revision, series));
    return series;
  }

  /** Ends the minute if it is over. A clock that is set back prolongs it: a minute is told once and then stands. */
  #turn(): void {
    const nowMs = this.#now();
    if (nowMs < this.#endsAtMs) return;
    for (const series of [...this.#all()]) this.#finish(series);
    this.#minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    this.#endsAtMs = this.#minuteMs + MINUTE_MS;
    const oldestMs = this.#minuteMs - KEPT_MINUTES * MINUTE_MS;
    this.#finished = this.#finished.filter(({ minuteMs }) => minuteMs >= oldestMs);
  }

  #finish(series: Series): void {
    if (this.#isWorthTelling(series)) {
      this.#finished.push({ minuteMs: this.#minuteMs, minute: this.#tell(series) });
      series.toldReplicas = series.replicasMax;
    }
    series.quietMinutes = series.minute.isEmpty && series.replicas === 0 ? series.quietMinutes + 1 : 0;
    series.minute.moveTo(series.total);
    series.replicasMax = series.replicas;
    series.memoryBytesMax = series.memoryBytes;
    series.startMsMax = 0;
    if (series.quietMinutes > KEPT_MINUTES) this.#deployments.get(series.id)?.delete(series.revision);
  }

  #isWorthTelling({ minute, replicasMax, toldReplicas }: Series): boolean {
    if (!minute.isEmpty || replicasMax !== toldReplicas) return true;
    return replicasMax > 0 && (this.#minuteMs / MINUTE_MS) % IDLE_MINUTES === 0;
  }

  #tell({ id, revision, minute, ...series }: Series): RevisionMinute {
    const { replicasMax, memoryBytesMax, startMsMax } = series;
    return {
      deployment: deploymentIdSchema.parse(id),
      revision,
      minute: new Date(this.#minuteMs).toISOString(),
      figures: { ...minute.figures(), replicasMax, memoryBytesMax, startMsMax },
    };
  }
}
