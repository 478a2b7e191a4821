/** What became of each request of a load, and sums over that. Pure. */
import { LATENCY_BUCKETS, latencyBucket, latencyQuantileMs } from "@slipway/contracts/latency-buckets";
import { z } from "zod";

export const outcomeSchema = z.object({
  /** When it was due, and when it was handed to the network: ms since 1970. They lie apart when the generator is late. */
  dueAtMs: z.number(),
  sentAtMs: z.number(),
  /** From when it was due until the whole answer was there, or until it was given up. */
  latencyMs: z.number(),
  /** 0 when there was no answer. */
  status: z.number().int(),
  /** Why there was no answer, e.g. `ECONNREFUSED`, or the code of a problem. */
  error: z.string().nullable(),
  /** A prediction other than the expected one. */
  wrong: z.boolean(),
  revision: z.number().int().nullable(),
  rollout: z.string().nullable(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** Everything but a right prediction. */
export function failures(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(({ status, wrong }) => status !== 200 || wrong);
}

/** Failures in words, each kind once with its number; for messages of tests. */
export function describeFailures(outcomes: readonly Outcome[]): string[] {
  const kinds = failures(outcomes).map(({ status, error, wrong, revision }) => {
    const what = wrong ? "wrong prediction" : (error ?? "no error");
    return `${status} ${what} from revision ${revision ?? "none"}`;
  });
  return [...tally(kinds)].map(([kind, count]) => `${count} × ${kind}`);
}

/** How often each key occurs. */
function tally<Key>(keys: Iterable<Key>): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Requests by the revision that answered them; those that none answered are not among them. */
export function countByRevision(outcomes: readonly Outcome[]): Map<number, number> {
  return tally(outcomes.flatMap(({ revision }) => (revision === null ? [] : [revision])));
}

export interface Receipt {
  requests: { revision: number; served: number; refused: number; failed: number }[];
  unserved: number;
}

/** What the receipt of a rollout must say: counted from the headers that the answers carried. */
export function expectedReceipt(outcomes: readonly Outcome[], rollout: string): Receipt {
  const during = outcomes.filter((outcome) => outcome.rollout === rollout);
  const requests = [...countByRevision(during).keys()]
    .sort((a, b) => a - b)
    .map((revision) => {
      const statuses = during.filter((outcome) => outcome.revision === revision).map(({ status }) => status);
      return {
        revision,
        served: statuses.filter((status) => status < 400).length,
        refused: statuses.filter((status) => status >= 400 && status < 500).length,
        failed: statuses.filter((status) => status >= 500).length,
      };
    });
  return { requests, unserved: during.filter(({ revision }) => revision === null).length };
}

/** A quantile of the latencies, in the contract's buckets; 0 when there is none. */
export function latencyMs(outcomes: readonly Outcome[], quantile: number): number {
  const buckets = new Array<number>(LATENCY_BUCKETS).fill(0);
  for (const outcome of outcomes) {
    const bucket = latencyBucket(outcome.latencyMs);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  return latencyQuantileMs(buckets, quantile) ?? 0;
}

/** The most requests that were on their way at one time. */
export function mostInFlight(outcomes: readonly Outcome[]): number {
  const changes = outcomes.flatMap(({ dueAtMs, sentAtMs, latencyMs: took }) => [
    { at: sentAtMs, by: 1 },
    { at: dueAtMs + took, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let [now, most] = [0, 0];
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
