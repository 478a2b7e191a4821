/**
 * Judges a canary: is the new revision worse than the old one, by more than the bounds and by more than chance? Pure.
 * Every check asks for evidence: a difference counts only beyond a margin for the size of the samples, so that a revision
 * against itself is not aborted, however often the checks are repeated while the samples grow.
 */
import type { Check } from "@slipway/contracts/api/rollout";
import type { Bounds } from "@slipway/contracts/api/strategy";
import { LATENCY_BUCKETS, latencyBucket, latencyQuantileMs } from "@slipway/contracts/latency-buckets";
import type { ObservedCounts } from "@slipway/contracts/observation";
import { distanceOf } from "./prediction-distance.ts";

/** Standard errors: beyond what chance brings about in checks that are repeated while samples grow. */
const Z = 3.5;
/** Always allowed on top of the old revision's 95th percentile: below it, differences are noise of the machine. */
const LATENCY_ALLOWANCE_MS = 25;
/** Fewer answers than this are no evidence of anything. */
const ANSWERS_MIN = 20;

type Side = Pick<ObservedCounts, "contest" | "predictions">;

/** Compares the new revision with the old on the requests that both shared. */
export function judge(old: Side | undefined, next: Side | undefined, bounds: Bounds): Check[] {
  return [
    judgeErrors(old, next, bounds),
    judgeLatency(old, next, bounds),
    judgePredictions(old, next, bounds),
  ];
}

function judgeErrors(old: Side | undefined, next: Side | undefined, bounds: Bounds): Check {
  const [a, b] = [rateOf(old), rateOf(next)];
  const message = `${percent(b)} of ${next?.contest.answered ?? 0} requests failed or were refused, against ${percent(a)} of ${old?.contest.answered ?? 0}; at most ${percent(bounds.errorRateIncreaseMax)} more are allowed.`;
  if (tooFew(old) || tooFew(next)) return { name: "errors", outcome: "too few requests", message };
  const exceeded = differenceAtLeast(old, next) > bounds.errorRateIncreaseMax;
  return { name: "errors", outcome: exceeded ? "exceeded" : "within bounds", message };
}

/** By how much the error rate has grown at least (Newcombe's hybrid score interval of a difference, 1998). */
function differenceAtLeast(old: Side | undefined, next: Side | undefined): number {
  const [a, b] = [rateOf(old), rateOf(next)];
  const upper = wilson(old?.contest.errors ?? 0, old?.contest.answered ?? 0, Z);
  const lower = wilson(next?.contest.errors ?? 0, next?.contest.answered ?? 0, -Z);
  return b - a - Math.hypot(b - lower, upper - a);
}

function judgeLatency(old: Side | undefined, next: Side | undefined, bounds: Bounds): Check {
  const oldP95 = latencyQuantileMs(old?.contest.latency ?? [], 0.95);
  const nextP95 = latencyQuantileMs(next?.contest.latency ?? [], 0.95);
  if (oldP95 === null || nextP95 === null || tooFew(old) || tooFew(next)) {
    return { name: "latency", outcome: "too few requests", message: "Too few answers to compare latencies." };
  }
  const limitMs = oldP95 * bounds.latencyRatioMax + LATENCY_ALLOWANCE_MS;
  const buckets = next?.contest.latency ?? [];
  const total = buckets.reduce((sum, count) => sum + count, 0);
  const slower = buckets.slice(latencyBucket(limitMs) + 1, LATENCY_BUCKETS).reduce((sum, n) => sum + n, 0);
  // Of the old revision's answers one in twenty is slower than its 95th percentile.
  const exceeded = wilson(slower, total, -Z) > 0.05;
  return {
    name: "latency",
    outcome: exceeded ? "exceeded" : "within bounds",
    message: `The 95th percentile is ${milliseconds(nextP95)}, against ${milliseconds(oldP95)}; up to ${milliseconds(limitMs)} is allowed.`,
  };
}

function judgePredictions(old: Side | undefined, next: Side | undefined, bounds: Bounds): Check {
  const distance = old && next ? distanceOf(old.predictions, next.predictions) : null;
  if (distance === null) {
    return {
      name: "predictions",
      outcome: tooFew(old) || tooFew(next) ? "too few requests" : "not comparable",
      message: "The predictions of the two are not numbers or labels that can be compared, or too few yet.",
    };
  }
  const { value, margin, kind, rows } = distance;
  const exceeded = value - margin > bounds.predictionDistanceMax;
  return {
    name: "predictions",
    outcome: exceeded ? "exceeded" : "within bounds",
    message: `The ${kind} of ${rows} predicted rows lie ${value.toFixed(2)} apart (0 alike, 1 nothing in common); ${bounds.predictionDistanceMax} is allowed, and ${margin.toFixed(2)} for chance.`,
  };
}

function tooFew(side: Side | undefined): boolean {
  return (side?.contest.answered ?? 0) < ANSWERS_MIN;
}

function rateOf(side: Side | undefined): number {
  const answered = side?.contest.answered ?? 0;
  return answered === 0 ? 0 : (side?.contest.errors ?? 0) / answered;
}

/** A bound of Wilson's score interval for a proportion (Wilson, 1927); `z` below 0 gives the lower one. */
function wilson(hits: number, total: number, z: number): number {
  if (total === 0) return 0;
  const rate = hits / total;
  const square = z * z;
  const middle = rate + square / (2 * total);
  const spread = Math.abs(z) * Math.sqrt((rate * (1 - rate)) / total + square / (4 * total * total));
  return (middle + Math.sign(z) * spread) / (1 + square / total);
}

function percent(rate: number): string {
  return `${Number((rate * 100).toPrecision(2))} %`;
}

function milliseconds(ms: number): string {
  return `${Number(ms.toPrecision(2))} ms`;
}
