/** Fact: what the data plane reports back of each assigned revision. */
import { z } from "zod";
import { exampleOriginSchema } from "./frame.ts";
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
  /** True when the gateway sends it requests. */
  live: z.boolean(),
  /** Requests being answered now. */
  inFlight: z.number().int(),
  /** download, environment, load, smoke test. */
  steps: z.array(stepSchema),
  replicas: z.array(observedReplicaSchema),
  /** The scoring body that the smoke test sent; null until one has worked. */
  example: z.object({ from: exampleOriginSchema, body: z.unknown() }).nullable(),
  /** Content hash of the environment once it is known. */
  environmentHash: z.string().nullable(),
});
export type ObservedRevision = z.infer<typeof observedRevisionSchema>;

export const observationSchema = z.object({
  id: deploymentIdSchema,
  /** Those that are assigned, and those that are not any more but whose processes are still ending. */
  revisions: z.array(observedRevisionSchema),
});
export type Observation = z.infer<typeof observationSchema>;

/**
 * The answer of `GET /observations?after=<sequence>&waitMs=<n>`: at once when something has changed since `after`,
 * else when it changes or after `waitMs`.
 */
export const observationsSchema = z.object({
  /** Grows with every change; begins anew at a random value when the data plane restarts. */
  sequence: z.number(),
  deployments: z.array(observationSchema),
});
export type Observations = z.infer<typeof observationsSchema>;
