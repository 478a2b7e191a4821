/** What a version does on this machine, measured on demand with its own input example. */
import { z } from "zod";

/** Latencies in ms, throughput in requests/s. */
export const benchmarkFiguresSchema = z.object({
  /** One caller, one request after another. */
  single: z.object({ p50Ms: z.number(), p99Ms: z.number(), requestsPerSecond: z.number() }),
  /** Many callers at the same time. */
  loaded: z.object({
    callers: z.number().int(),
    p50Ms: z.number(),
    p99Ms: z.number(),
    requestsPerSecond: z.number(),
    rowsPerBatch: z.number().nullable(),
  }),
  /** Rows of the input example. */
  rows: z.number().int().nullable(),
  /** Resident memory after the measurement. */
  memoryBytes: z.number().int(),
  /** From the start of the process to the end of loading, and until the first right answer. */
  loadMs: z.number(),
  firstAnswerMs: z.number(),
  cpuThreads: z.number().int(),
});
export type BenchmarkFigures = z.infer<typeof benchmarkFiguresSchema>;
