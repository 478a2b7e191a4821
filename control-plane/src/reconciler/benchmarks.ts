/** Hands requested benchmarks over to the runtime and keeps what it reports of them. */
import type { AssignedBenchmark } from "@slipway/contracts/assignment";
import type { ObservedBenchmark } from "@slipway/contracts/observation";
import { isUnfinished, outcomeAfter } from "#domain/benchmark.ts";
import { isSameMlflow } from "#domain/mlflow.ts";
import { type BenchmarkState, saveBenchmarkOutcome, unfinishedBenchmarks } from "#store/benchmark-store.ts";
import { announce } from "#store/change-feed.ts";
import type { Database } from "#store/database.ts";
import { type BindingRecord, downloadVariables } from "#store/group-store.ts";

interface Seen {
  observed: ObservedBenchmark[];
  /** By group. */
  bindings: Map<string, BindingRecord>;
  at: Date;
}

/**
 * Records what has come of the benchmarks and returns those that are still to be run, oldest first. A result is kept before
 * its assignment is taken off, so that whoever dies in between finds it again.
 */
export async function reconcileBenchmarks(
  database: Database,
  { observed, bindings, at }: Seen,
): Promise<AssignedBenchmark[]> {
  const reports = new Map(observed.map((report) => [report.id, report]));
  const assigned: AssignedBenchmark[] = [];
  for (const state of await unfinishedBenchmarks(database)) {
    const report = reports.get(state.request.id);
    const outcome = report === undefined ? state.outcome : await record(database, state, { report, at });
    if (isUnfinished(state.request, outcome)) assigned.push(toAssigned(state, bindings));
  }
  return assigned;
}

async function record(
  database: Database,
  { request, outcome }: BenchmarkState,
  { report, at }: { report: ObservedBenchmark; at: Date },
): Promise<BenchmarkState["outcome"]> {
  const next = outcomeAfter(request, outcome, { observed: report, at });
  if (next === null) return outcome;
  const { groupName: group, modelName: model, version } = request;
  await database.transaction(async (transaction) => {
    await saveBenchmarkOutcome(transaction, next);
    await announce(transaction, { kind: "benchmark", group, model, version });
  });
  return next;
}

/** Credentials are rotated in the binding; what was asked for of another MLflow keeps those it was made with. */
function toAssigned(
  { request: { groupName, assignment } }: BenchmarkState,
  bindings: Seen["bindings"],
): AssignedBenchmark {
  const binding = bindings.get(groupName);
  if (binding === undefined || !isSameMlflow(binding, assignment.model)) return assignment;
  return { ...assignment, model: { ...assignment.model, variables: downloadVariables(binding) } };
}
