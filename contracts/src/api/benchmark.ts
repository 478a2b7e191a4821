/** What a version does on this machine, measured on demand with its own input example. */
import { z } from "zod";
import { batchingStateSchema, exampleOriginSchema } from "../frame.ts";
import { timeSchema } from "./list.ts";
import { batchingSchema } from "./serving.ts";
import { instanceTypeNameSchema } from "./spec.ts";

const latencyFields = {
  p50Ms: z.number(),
  p99Ms: z.number(),
  requestsPerSecond: z.number(),
};

/** Latencies in ms, throughput in requests/s, at the worker: without HTTP and the way to the caller. */
export const benchmarkFiguresSchema = z.object({
  single: z.object(latencyFields).describe("One caller, one request after another."),
  loaded: z
    .object({
      callers: z.number().int(),
      ...latencyFields,
      rowsPerBatch: z.number().nullable().describe("Rows in a call of the model; null where nobody counted."),
    })
    .describe("Many callers at the same time, each with one request after another."),
  example: exampleOriginSchema.describe("Where the body came from."),
  rows: z.number().int().nullable().describe("Rows of the body; null where nobody can tell."),
  batching: batchingStateSchema.describe("Whether requests were predicted together, and why (not)."),
  memoryBytes: z.number().int().describe("Resident memory of the replica after the measurement."),
  loadMs: z.number().describe("From the start of the process to the end of loading."),
  firstAnswerMs: z.number().describe("From the start of the process to the first right answer."),
  cpuThreads: z.number().int(),
});
export type BenchmarkFigures = z.infer<typeof benchmarkFiguresSchema>;

/** The columns of the versions table that a benchmark fills in: latency of one caller, throughput of many. */
export const BENCHMARK_COLUMNS = ["p50Ms", "p99Ms", "requestsPerSecond", "memoryBytes", "loadMs"] as const;
export type BenchmarkColumn = (typeof BENCHMARK_COLUMNS)[number];

/** The figures as columns. */
export function benchmarkColumns(figures: BenchmarkFigures): Record<BenchmarkColumn, number> {
  const { single, loaded, memoryBytes, loadMs } = figures;
  const { requestsPerSecond } = loaded;
  return { p50Ms: single.p50Ms, p99Ms: single.p99Ms, requestsPerSecond, memoryBytes, loadMs };
}

/** The body of `POST …/versions/{version}/benchmark`; it may be left out. */
export const benchmarkRequestSchema = z
  .strictObject({
    instanceType: instanceTypeNameSchema
      .optional()
      .describe("One of `GET /instance-types`; the default one where absent."),
    batching: batchingSchema.prefault({}).describe("As a deployment's `batching`."),
  })
  .nullish()
  .transform((request) => request ?? { batching: batchingSchema.parse({}) });
export type BenchmarkRequest = z.infer<typeof benchmarkRequestSchema>;

export const BENCHMARK_STATES = ["none", "waiting", "running", "succeeded", "failed"] as const;

/** What was asked for. */
export const benchmarkTermsSchema = z.object({
  instanceType: z.string(),
  cpuThreads: z.number().int(),
  memoryBytes: z.number().int(),
  batching: batchingSchema,
});
export type BenchmarkTerms = z.infer<typeof benchmarkTermsSchema>;

/** The newest measurement of a version that was asked for, and the figures of the newest that succeeded. */
export const benchmarkSchema = z
  .object({
    state: z.enum(BENCHMARK_STATES),
    message: z.string().nullable().describe("What it is at, or why it failed, for people."),
    requestedAt: timeSchema.nullable(),
    requestedBy: z.string().nullable(),
    finishedAt: timeSchema.nullable(),
    measured: z
      .object({ at: timeSchema, terms: benchmarkTermsSchema, figures: benchmarkFiguresSchema })
      .nullable()
      .describe("Stays while a newer measurement runs, and when it fails."),
  })
  .meta({ id: "Benchmark" });
export type Benchmark = z.infer<typeof benchmarkSchema>;
