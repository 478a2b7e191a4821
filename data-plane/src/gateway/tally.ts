/**
 * Counts what became of requests: for the receipts of rollouts, exactly, and for the traffic of the last minute.
 * In memory only: the control plane keeps what it observes, by the data plane's epoch.
 */
import type { Traffic } from "@slipway/contracts/api/traffic";
import { LATENCY_BUCKETS, latencyBucket } from "@slipway/contracts/latency-buckets";
import type { ObservedCounts, ObservedRollout } from "@slipway/contracts/observation";
import type { Choice } from "./predict.ts";
import { PredictionSampler } from "./prediction-sampler.ts";
import { ShadowTally } from "./shadow-tally.ts";

export type Outcome = "served" | "refused" | "failed";

/** Rollouts of a deployment whose counts are still told, so that the last answers of ended ones are not lost. */
const ROLLOUTS_MAX = 50;
const MINUTE_SECONDS = 60;

interface RevisionTally extends Omit<ObservedCounts, "predictions"> {
  sampler: PredictionSampler;
}

interface RolloutTally {
  rollout: number;
  revisions: Map<number, RevisionTally>;
  unserved: number;
  shadow: ShadowTally | null;
}

interface DeploymentTally {
  /** Oldest first. */
  rollouts: RolloutTally[];
  /** Requests and failures by second, in a ring. */
  seconds: { second: number; requests: number; failed: number }[];
  lastRequestAtMs: number | null;
}

export class Tally {
  readonly #deployments = new Map<string, DeploymentTally>();

  /** Notes that a request was answered by a revision; `body` is its answer, for samples of the predictions. */
  answered(
    id: string,
    { revision, rollout, contested }: Choice,
    { outcome, latencyMs, body }: { outcome: Outcome; latencyMs: number; body: Buffer | null },
  ): void {
    this.#traffic(id, outcome === "failed");
    if (rollout === null) return;
    const tally = this.#revision(id, rollout, revision);
    tally[outcome] += 1;
    if (outcome === "served") count(tally.latency, latencyMs);
    if (!contested) return;
    tally.contest.answered += 1;
    if (outcome === "served") count(tally.contest.latency, latencyMs);
    else tally.contest.errors += 1;
    if (body !== null) tally.sampler.take(body);
  }

  /** Notes that no revision could take a request. */
  unserved(id: string, rollout: number | null): void {
    this.#traffic(id, true);
    if (rollout !== null) this.#rollout(id, rollout).unserved += 1;
  }

  /** The tally of mirrored requests of a rollout. */
  shadow(id: string, rollout: number): ShadowTally {
    const tally = this.#rollout(id, rollout);
    tally.shadow ??= new ShadowTally();
    return tally.shadow;
  }

  /** The counts of a deployment's newest rollouts, oldest first. */
  rollouts(id: string): ObservedRollout[] {
    return (this.#deployments.get(id)?.rollouts ?? []).map(({ rollout, revisions, unserved, shadow }) => ({
      rollout,
      revisions: [...revisions.values()].map(({ sampler, latency, contest, ...counts }) => ({
        ...counts,
        latency: [...latency],
        contest: { ...contest, latency: [...contest.latency] },
        predictions: sampler.summary,
      })),
      unserved,
      shadow: shadow?.report ?? null,
    }));
  }

  traffic(id: string): Traffic {
    const known = this.#deployments.get(id);
    const oldest = nowSecond() - MINUTE_SECONDS;
    const recent = (known?.seconds ?? []).filter(({ second }) => second > oldest);
    return {
      requestsLastMinute: recent.reduce((sum, { requests }) => sum + requests, 0),
      failedLastMinute: recent.reduce((sum, { failed }) => sum + failed, 0),
      lastRequestAt: known?.lastRequestAtMs == null ? null : new Date(known.lastRequestAtMs).toISOString(),
    };
  }

  /** Forgets deployments that are not there any more. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of [...this.#deployments.keys()]) if (!ids.has(id)) this.#deployments.delete(id);
  }

  #traffic(id: string, failed: boolean): void {
    const known = this.#deployment(id);
    const second = nowSecond();
    known.lastRequestAtMs = Date.now();
    const slot = second % MINUTE_SECONDS;
    let entry = known.seconds[slot];
    if (entry?.second !== second) {
      entry = { second, requests: 0, failed: 0 };
      known.seconds[slot] = entry;
    }
    entry.requests += 1;
    if (failed) entry.failed += 1;
  }

  #deployment(id: string): DeploymentTally {
    const known = this.#deployments.get(id) ?? {
      rollouts: [],
      seconds: Array.from({ length: MINUTE_SECONDS }, () => ({ second: 0, requests: 0, failed: 0 })),
      lastRequestAtMs: null,
    };
    this.#deployments.set(id, known);
    return known;
  }

  #rollout(id: string, rollout: number): RolloutTally {
    const { rollouts } = this.#deployment(id);
    const known = rollouts.findLast((each) => each.rollout === rollout);
    if (known !== undefined) return known;
    const made = { rollout, revisions: new Map<number, RevisionTally>(), unserved: 0, shadow: null };
    rollouts.push(made);
    if (rollouts.length > ROLLOUTS_MAX) rollouts.shift();
    return made;
  }

  #revision(id: string, rollout: number, revision: number): RevisionTally {
    const { revisions } = this.#rollout(id, rollout);
    const known = revisions.get(revision);
    if (known !== undefined) return known;
    const made: RevisionTally = {
      revision,
      served: 0,
      refused: 0,
      failed: 0,
      latency: emptyBuckets(),
      contest: { answered: 0, errors: 0, latency: emptyBuckets() },
      sampler: new PredictionSampler(),
    };
    revisions.set(revision, made);
    return made;
  }
}

function emptyBuckets(): number[] {
  return Array.from({ length: LATENCY_BUCKETS }, () => 0);
}

function count(buckets: number[], latencyMs: number): void {
  const bucket = latencyBucket(latencyMs);
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}

function nowSecond(): number {
  return Math.floor(Date.now() / 1000);
}
