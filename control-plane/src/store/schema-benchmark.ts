/**
 * The database schema of benchmarks. One writer per table: `benchmark_request` is written by operations, `version_benchmark` by
 * the reconciler.
 */
import type { BenchmarkTerms } from "@slipway/contracts/api/benchmark";
import type { AssignedBenchmark } from "@slipway/contracts/assignment";
import { jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { Measured } from "#domain/benchmark.ts";
import { at, group } from "./schema-identity.ts";

/** Which version of a group's MLflow. */
const versionColumns = () => ({
  groupName: text("group_name")
    .notNull()
    .references(() => group.name, { onDelete: "cascade" }),
  modelName: text("model_name").notNull(),
  version: text("version").notNull(),
});

/** The newest measurement of a version that was asked for. */
export const benchmarkRequest = pgTable(
  "benchmark_request",
  {
    ...versionColumns(),
    /** Another one for each that is asked for. */
    id: text("id").notNull(),
    /** Of the version that was meant: one that was registered anew under the same number is another one. */
    fingerprint: text("fingerprint").notNull(),
    requestedAt: at("requested_at").notNull(),
    requestedBy: text("requested_by").notNull(),
    terms: jsonb("terms").$type<BenchmarkTerms>().notNull(),
    /** What the data plane needs to run it. */
    assignment: jsonb("assignment").$type<AssignedBenchmark>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.groupName, table.modelName, table.version] })],
);

/** How far the newest measurement is, and what the newest that succeeded has found. */
export const versionBenchmark = pgTable(
  "version_benchmark",
  {
    ...versionColumns(),
    /** The request that state, message and end are about. */
    requestId: text("request_id").notNull(),
    state: text("state", { enum: ["waiting", "running", "succeeded", "failed"] }).notNull(),
    message: text("message"),
    finishedAt: at("finished_at"),
    measured: jsonb("measured").$type<Measured>(),
  },
  (table) => [primaryKey({ columns: [table.groupName, table.modelName, table.version] })],
);
