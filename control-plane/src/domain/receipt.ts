/** The requests of a rollout, counted anew after each start of the data plane, as one sum. Pure. */
import type { ShadowReport } from "@slipway/contracts/api/rollout";
import type { ObservedCounts, ObservedRollout, PredictionSummary } from "@slipway/contracts/observation";

const EXAMPLES_MAX = 20;

/** Adds up what each start of the data plane counted; revisions in ascending order. */
export function mergeCounts(counts: readonly ObservedRollout[]): Omit<ObservedRollout, "rollout"> {
  const revisions = new Map<number, ObservedCounts>();
  for (const each of counts.flatMap((one) => one.revisions)) {
    const known = revisions.get(each.revision);
    revisions.set(each.revision, known === undefined ? each : addCounts(known, each));
  }
  return {
    revisions: [...revisions.values()].sort((a, b) => a.revision - b.revision),
    unserved: counts.reduce((sum, { unserved }) => sum + unserved, 0),
    shadow: counts.reduce<ShadowReport | null>((sum, { shadow }) => addShadow(sum, shadow), null),
  };
}

function addCounts(a: ObservedCounts, b: ObservedCounts): ObservedCounts {
  return {
    revision: a.revision,
    served: a.served + b.served,
    refused: a.refused + b.refused,
    failed: a.failed + b.failed,
    latency: addBuckets(a.latency, b.latency),
    contest: {
      answered: a.contest.answered + b.contest.answered,
      errors: a.contest.errors + b.contest.errors,
      latency: addBuckets(a.contest.latency, b.contest.latency),
    },
    predictions: addPredictions(a.predictions, b.predictions),
  };
}

function addBuckets(a: number[], b: number[]): number[] {
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, bucket) => (a[bucket] ?? 0) + (b[bucket] ?? 0),
  );
}

function addPredictions(a: PredictionSummary, b: PredictionSummary): PredictionSummary {
  const labels = { ...a.labels };
  for (const [label, rows] of Object.entries(b.labels)) labels[label] = (labels[label] ?? 0) + rows;
  return { rows: a.rows + b.rows, numbers: [...a.numbers, ...b.numbers], labels };
}

function addShadow(a: ShadowReport | null, b: ShadowReport | null): ShadowReport | null {
  if (a === null || b === null) return a ?? b;
  const largest = [a.largestDifference, b.largestDifference].filter((value) => value !== null);
  return {
    mirrored: a.mirrored + b.mirrored,
    dropped: a.dropped + b.dropped,
    compared: a.compared + b.compared,
    failed: a.failed + b.failed,
    differingRequests: a.differingRequests + b.differingRequests,
    rows: a.rows + b.rows,
    differingRows: a.differingRows + b.differingRows,
    largestDifference: largest.length === 0 ? null : Math.max(...largest),
    examples: [...a.examples, ...b.examples].slice(0, EXAMPLES_MAX),
  };
}
