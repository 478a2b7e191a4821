/** Benchmarks of versions: what was asked for, how far it is, what is known. Pure. */
import type { Benchmark, BenchmarkFigures, BenchmarkTerms } from "@slipway/contracts/api/benchmark";
import type { AssignedBenchmark } from "@slipway/contracts/assignment";
import type { ObservedBenchmark } from "@slipway/contracts/observation";

/** A version of a group's MLflow. */
export interface VersionKey {
  groupName: string;
  modelName: string;
  version: string;
}

/** The newest measurement of a version that was asked for. Written by operations only. */
export interface BenchmarkRequestRecord extends VersionKey {
  id: string;
  fingerprint: string;
  requestedAt: Date;
  requestedBy: string;
  terms: BenchmarkTerms;
  assignment: AssignedBenchmark;
}

/** What a measurement has found, and of which version: another one may bear its number by now. */
export interface Measured {
  fingerprint: string;
  at: string;
  terms: BenchmarkTerms;
  figures: BenchmarkFigures;
}

/** How far the measurements of a version are. Written by the reconciler only. */
export interface BenchmarkOutcome extends VersionKey {
  requestId: string;
  state: ObservedBenchmark["state"];
  message: string | null;
  finishedAt: Date | null;
  measured: Measured | null;
}

const FINISHED: ReadonlySet<ObservedBenchmark["state"]> = new Set(["succeeded", "failed"]);

/** Whether the data plane has still to measure. */
export function isUnfinished({ id }: BenchmarkRequestRecord, outcome: BenchmarkOutcome | null): boolean {
  return outcome?.requestId !== id || !FINISHED.has(outcome.state);
}

/** What is known after the data plane has reported; null when that is nothing new. */
export function outcomeAfter(
  request: BenchmarkRequestRecord,
  outcome: BenchmarkOutcome | null,
  { observed, at }: { observed: ObservedBenchmark; at: Date },
): BenchmarkOutcome | null {
  const { id, groupName, modelName, version, fingerprint, terms } = request;
  const { state, message, figures } = observed;
  if (outcome?.requestId === id && outcome.state === state && outcome.message === message) return null;
  return {
    ...{ groupName, modelName, version, requestId: id, state, message },
    finishedAt: FINISHED.has(state) ? at : null,
    measured:
      figures === null ? (outcome?.measured ?? null) : { fingerprint, at: at.toISOString(), terms, figures },
  };
}

/** What was measured of exactly this version. */
export function measuredOf(outcome: BenchmarkOutcome | null, fingerprint: string): Measured | null {
  return outcome?.measured?.fingerprint === fingerprint ? outcome.measured : null;
}

/** What people see. A request for a version that is gone counts for nothing. */
export function viewBenchmark(
  request: BenchmarkRequestRecord | null,
  outcome: BenchmarkOutcome | null,
  fingerprint: string,
): Benchmark {
  const found = measuredOf(outcome, fingerprint);
  const measured = found === null ? null : { at: found.at, terms: found.terms, figures: found.figures };
  if (request?.fingerprint !== fingerprint) {
    const nothing = { message: null, requestedAt: null, requestedBy: null, finishedAt: null };
    return { state: "none", ...nothing, measured };
  }
  const current = outcome?.requestId === request.id ? outcome : null;
  return {
    state: current?.state ?? "waiting",
    message: current === null ? "Waiting for the data plane." : current.message,
    requestedAt: request.requestedAt.toISOString(),
    requestedBy: request.requestedBy,
    finishedAt: current?.finishedAt?.toISOString() ?? null,
    measured,
  };
}
