/** Fact: what the data plane reports back of each assigned revision. */
import { z } from "zod";
import { benchmarkFiguresSchema } from "./api/benchmark.ts";
import { shadowReportSchema } from "./api/rollout.ts";
import { trafficSchema } from "./api/traffic.ts";
import { batchingStateSchema, exampleOriginSchema } from "./frame.ts";
import { deploymentIdSchema } from "./ids.ts";
import { stepSchema } from "./step.ts";

export const replicaStateSchema = z.enum(["starting", "ready", "restarting", "stopping", "dead"]);

export const observedReplicaSchema = z.object({
  id: z.string(),
  state: replicaStateSchema,
  restarts: z.number().int(),
  startedAt: z.iso.datetime().nullable(),
  memoryBytes: z.number().int().nullable(),
  message: z.string().nullable(),
});
export type ObservedReplica = z.infer<typeof observedReplicaSchema>;

export const observedRevisionSchema = z.object({
  number: z.number().int(),
  /**
   * `preparing`: on its way. `ready`: at least one replica has passed its smoke test. `degraded`: was ready, no replica is
   * now, restarts go on. `failed`: given up before it was ever ready; stays so until it is assigned anew under another number.
   */
  state: z.enum(["preparing", "ready", "degraded", "failed"]),
  /** Stable word for `degraded` and `failed`, e.g. `LoadFailed`. */
  reason: z.string().nullable(),
  /** For people; quotes the Python error line where there is one. */
  message: z.string().nullable(),
  /** Its share of the requests, in percent, as it is in effect. */
  weight: z.number(),
  /** True when the gateway sends it requests; one that is scaled to zero is woken by them. */
  live: z.boolean(),
  /** Requests being answered now. */
  inFlight: z.number().int(),
  /** download, environment, load, smoke test. */
  steps: z.array(stepSchema),
  replicas: z.array(observedReplicaSchema),
  /** The scoring body that the smoke test sent; null until one has worked. */
  example: z.object({ from: exampleOriginSchema, body: z.unknown() }).nullable(),
  /** Whether its requests are predicted together; null until a replica has been ready. */
  batching: batchingStateSchema.nullable(),
  /** Scaled to zero: it is `ready`, no replica runs, and the next request starts one; true until that one is ready. */
  idle: z.boolean(),
  /** Content hash of the environment once it is known. */
  environmentHash: z.string().nullable(),
});
export type ObservedRevision = z.infer<typeof observedRevisionSchema>;

/** Predictions of a revision, summarised: what kind of values, and how they are distributed. */
export const predictionSummarySchema = z.object({
  /** Rows seen; only a sample of the answers is looked at. */
  rows: z.number().int(),
  /** A uniform sample of the numbers, for numeric predictions. */
  numbers: z.array(z.number()),
  /** Label → rows, for predictions with few distinct values; empty once there are too many. */
  labels: z.record(z.string(), z.number().int()),
});
export type PredictionSummary = z.infer<typeof predictionSummarySchema>;

/** What a revision did with the requests that came while a rollout ran. */
export const observedCountsSchema = z.object({
  revision: z.number().int(),
  served: z.number().int(),
  refused: z.number().int(),
  failed: z.number().int(),
  /** Answers by latency, in the buckets of `latency-buckets.ts`. */
  latency: z.array(z.number().int()),
  /** The same for the time in which two revisions shared the requests: what a canary is judged by. */
  contest: z.object({
    answered: z.number().int(),
    /** Refused and failed. */
    errors: z.number().int(),
    latency: z.array(z.number().int()),
  }),
  /** Of the contest. */
  predictions: predictionSummarySchema,
});
export type ObservedCounts = z.infer<typeof observedCountsSchema>;

/** The requests of one rollout, counted since the data plane's start. */
export const observedRolloutSchema = z.object({
  rollout: z.number().int(),
  revisions: z.array(observedCountsSchema),
  unserved: z.number().int(),
  shadow: shadowReportSchema.nullable(),
});
export type ObservedRollout = z.infer<typeof observedRolloutSchema>;

export const observationSchema = z.object({
  id: deploymentIdSchema,
  /** Those that are assigned, and those that are not any more but whose processes are still ending. */
  revisions: z.array(observedRevisionSchema),
  traffic: trafficSchema,
  /** The running rollout and those that have just ended, oldest first. */
  rollouts: z.array(observedRolloutSchema),
  clientUse: z.array(z.object({ name: z.string(), lastUsedAt: z.iso.datetime() })),
});
export type Observation = z.infer<typeof observationSchema>;

/** How far an assigned benchmark is. */
export const observedBenchmarkSchema = z.object({
  id: z.string(),
  state: z.enum(["waiting", "running", "succeeded", "failed"]),
  /** What it is at, or why it failed, for people. */
  message: z.string().nullable(),
  figures: benchmarkFiguresSchema.nullable(),
});
export type ObservedBenchmark = z.infer<typeof observedBenchmarkSchema>;

/** Requests that no revision could take are counted under this number. */
export const NO_REVISION = 0;

/** What a revision did in one minute. Histograms are counts in the buckets of `latency-buckets.ts`, without the empty ones at the end. */
export const minuteFiguresSchema = z.object({
  served: z.number().int(),
  refused: z.number().int(),
  failed: z.number().int(),
  /** Whole time at the gateway, of served requests. */
  latency: z.array(z.number().int()),
  /** The part of it in which a request waited for a replica. */
  queued: z.array(z.number().int()),
  /** Calls of the model's `predict`, and the requests that they answered. */
  batches: z.number().int(),
  batchedRequests: z.number().int(),
  /** Those of them whose rows were counted, and these rows. */
  countedBatches: z.number().int(),
  rows: z.number().int(),
  /** Replicas that were ready at most, and the largest resident memory of one, in bytes. */
  replicasMax: z.number().int(),
  memoryBytesMax: z.number().int(),
  /** Replicas that were started, and the sum and maximum of how long it took until they were ready, in ms. */
  starts: z.number().int(),
  startMsSum: z.number(),
  startMsMax: z.number(),
});
export type MinuteFigures = z.infer<typeof minuteFiguresSchema>;

/** One minute of one revision. */
export const revisionMinuteSchema = z.object({
  deployment: deploymentIdSchema,
  revision: z.number().int(),
  /** Its first moment. */
  minute: z.iso.datetime(),
  figures: minuteFiguresSchema,
});
export type RevisionMinute = z.infer<typeof revisionMinuteSchema>;

/**
 * The answer of `GET /minutes?after=<time>&deployment=<id>`, both optional: the minutes that began after a time and that
 * something happened in, of the last two hours, oldest first; the last one is the minute that goes on, as far as it has
 * come. Asking again gives the same or more: keeping them is idempotent. Where replicas stand by and nobody calls, only
 * every tenth minute is told, see `IDLE_MINUTES`.
 */
export const minutesSchema = z.object({ epoch: z.string(), minutes: z.array(revisionMinuteSchema) });
export type Minutes = z.infer<typeof minutesSchema>;

/** What a minute says of replicas holds until the next one that is told, at most for so many minutes. */
export const IDLE_MINUTES = 10;

/**
 * The answer of `GET /observations?after=<sequence>&waitMs=<n>`: at once when something has changed since `after`,
 * else when it changes or after `waitMs`. Counters alone are no change.
 */
export const observationsSchema = z.object({
  /** Grows with every change; begins anew at a random value when the data plane restarts. */
  sequence: z.number(),
  /** Another one after each start of the data plane: its counters begin anew. */
  epoch: z.string(),
  deployments: z.array(observationSchema),
  benchmarks: z.array(observedBenchmarkSchema),
});
export type Observations = z.infer<typeof observationsSchema>;
