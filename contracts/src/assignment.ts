/**
 * Intent: what the control plane tells the data plane to run. Whole, never a delta, so that any lost message is healed
 * by the next one. Secrets inside are sealed (`sealed.ts`); the data plane may write an assignment to disk as it is.
 */
import { z } from "zod";
import { servingFields } from "./api/serving.ts";
import { deploymentIdSchema } from "./ids.ts";

/** An environment variable whose value is sealed with the context `variable:<name>`. */
export const sealedVariableSchema = z.object({ name: z.string(), sealed: z.string() });
export type SealedVariable = z.infer<typeof sealedVariableSchema>;

/** Where a revision's model comes from. */
export const modelSourceSchema = z.object({
  trackingUri: z.string(),
  workspace: z.string().nullable(),
  /** Tracking credentials and artifact-store variables, for the download only: the worker never sees them. */
  variables: z.array(sealedVariableSchema),
  name: z.string(),
  version: z.string(),
  /** Changes when the registry's version of this number is another one (deleted and registered again). */
  fingerprint: z.string(),
});
export type ModelSource = z.infer<typeof modelSourceSchema>;

/** Bounds of one replica. */
export const resourcesSchema = z.object({
  cpuThreads: z.number().int().min(1),
  memoryBytes: z.number().int().min(1),
});
export type Resources = z.infer<typeof resourcesSchema>;

export const assignedRevisionSchema = z.object({
  number: z.number().int().min(1),
  /** Share of the endpoint's requests, 0 to 100. At 0 the revision is started, smoke tested and kept ready, but serves nobody. */
  weight: z.number().min(0).max(100),
  /** Share of the requests, 0 to 100, that are sent to it a second time, for comparison only. */
  mirrorPercent: z.number().min(0).max(100),
  /** Takes the requests while no revision with a weight has a ready replica. */
  fallback: z.boolean(),
  /** 0: after `idleSeconds` without a request no replica runs, and the next request starts one. */
  minReplicas: z.number().int().min(0),
  maxReplicas: z.number().int().min(1),
  model: modelSourceSchema,
  variables: z.array(sealedVariableSchema),
  resources: resourcesSchema,
  ...servingFields,
});
export type AssignedRevision = z.infer<typeof assignedRevisionSchema>;

export const assignedTokenSchema = z.object({ hash: z.string(), expiresAt: z.iso.datetime().nullable() });

export const assignedClientSchema = z.object({
  name: z.string(),
  /** Two while a rotation overlaps. */
  tokens: z.array(assignedTokenSchema),
  requestsPerMinute: z.number().int().min(1).nullable(),
});
export type AssignedClient = z.infer<typeof assignedClientSchema>;

export const assignmentSchema = z.object({
  id: deploymentIdSchema,
  access: z.enum(["private", "public"]),
  clients: z.array(assignedClientSchema),
  /** The rollout that is running: requests are counted for its receipt. */
  rollout: z.number().int().nullable(),
  /** Empty when the deployment is stopped: its URL then answers `replica_unavailable`. */
  revisions: z.array(assignedRevisionSchema),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/** A version that is to be measured, once, with its own input example. */
export const assignedBenchmarkSchema = z.object({
  /** Of this request for a measurement: another one each time. */
  id: z.string(),
  model: modelSourceSchema,
  resources: resourcesSchema,
  batching: servingFields.batching,
});
export type AssignedBenchmark = z.infer<typeof assignedBenchmarkSchema>;

/** The body of `PUT /assignments`: everything that the data plane shall run; what is not in it is removed. */
export const assignmentsSchema = z.object({
  deployments: z.array(assignmentSchema),
  /** Run one after another; taken off once their result is kept. */
  benchmarks: z.array(assignedBenchmarkSchema).default([]),
});
export type Assignments = z.infer<typeof assignmentsSchema>;
