/** Benchmarks of versions: `benchmark_request` is written by operations, `version_benchmark` by the reconciler. */
import { and, asc, eq, or, sql } from "drizzle-orm";
import type { BenchmarkOutcome, BenchmarkRequestRecord, VersionKey } from "#domain/benchmark.ts";
import type { Queryable } from "./database.ts";
import { benchmarkRequest, versionBenchmark } from "./schema-benchmark.ts";

/** A request with what is known of the version. */
export interface BenchmarkState {
  request: BenchmarkRequestRecord;
  outcome: BenchmarkOutcome | null;
}

const SAME_VERSION = and(
  eq(versionBenchmark.groupName, benchmarkRequest.groupName),
  eq(versionBenchmark.modelName, benchmarkRequest.modelName),
  eq(versionBenchmark.version, benchmarkRequest.version),
);

/** What was asked for of one version and what is known of it; undefined when nobody has asked. */
export async function findBenchmark(
  database: Queryable,
  { groupName, modelName, version }: VersionKey,
): Promise<BenchmarkState | undefined> {
  const rows = await select(database).where(
    and(
      eq(benchmarkRequest.groupName, groupName),
      eq(benchmarkRequest.modelName, modelName),
      eq(benchmarkRequest.version, version),
    ),
  );
  return rows[0];
}

/** Those that the data plane has still to measure, oldest first. */
export async function unfinishedBenchmarks(database: Queryable): Promise<BenchmarkState[]> {
  const unfinished = or(
    sql`${versionBenchmark.requestId} is distinct from ${benchmarkRequest.id}`,
    sql`${versionBenchmark.state} in ('waiting', 'running')`,
  );
  return select(database)
    .where(unfinished)
    .orderBy(asc(benchmarkRequest.requestedAt), asc(benchmarkRequest.id));
}

/** What is known of the versions of a model, by version. */
export async function benchmarksOfModel(
  database: Queryable,
  groupName: string,
  modelName: string,
): Promise<Map<string, BenchmarkOutcome>> {
  const rows = await database
    .select()
    .from(versionBenchmark)
    .where(and(eq(versionBenchmark.groupName, groupName), eq(versionBenchmark.modelName, modelName)));
  return new Map(rows.map((row) => [row.version, row]));
}

/** What is known of all versions of a group. */
export async function benchmarksOfGroup(database: Queryable, groupName: string): Promise<BenchmarkOutcome[]> {
  return database.select().from(versionBenchmark).where(eq(versionBenchmark.groupName, groupName));
}

/** Asks for a measurement, in place of one that was asked for before. */
export async function saveBenchmarkRequest(database: Queryable, row: BenchmarkRequestRecord): Promise<void> {
  const target = [benchmarkRequest.groupName, benchmarkRequest.modelName, benchmarkRequest.version];
  await database.insert(benchmarkRequest).values(row).onConflictDoUpdate({ target, set: row });
}

/** Keeps how far a measurement is. */
export async function saveBenchmarkOutcome(database: Queryable, row: BenchmarkOutcome): Promise<void> {
  const target = [versionBenchmark.groupName, versionBenchmark.modelName, versionBenchmark.version];
  await database.insert(versionBenchmark).values(row).onConflictDoUpdate({ target, set: row });
}

function select(database: Queryable) {
  return database
    .select({ request: benchmarkRequest, outcome: versionBenchmark })
    .from(benchmarkRequest)
    .leftJoin(versionBenchmark, SAME_VERSION);
}
