/** Deployments: what a person asks for and what they see of it. */
import { z } from "zod";
import { batchingStateSchema, exampleOriginSchema } from "../frame.ts";
import { deploymentIdSchema, deploymentNameSchema } from "../ids.ts";
import { replicaStateSchema } from "../observation.ts";
import { stepSchema } from "../step.ts";
import { timeSchema } from "./list.ts";
import { variableSchema } from "./mlflow-binding.ts";
import { signatureSchema } from "./model.ts";
import { rolloutProgressSchema, rolloutSchema } from "./rollout.ts";
import { batchingModeSchema, servingFields } from "./serving.ts";
import { accessSchema, specFields, specFieldsWithDefaults, textSchema } from "./spec.ts";
import { aliasPolicySchema, strategySchema } from "./strategy.ts";
import { trafficSchema } from "./traffic.ts";

export const DEPLOYMENT_STATUSES = ["Deploying", "Deployed", "Stopping", "Stopped", "Failed"] as const;
export const deploymentStatusSchema = z.enum(DEPLOYMENT_STATUSES);
export type DeploymentStatus = z.infer<typeof deploymentStatusSchema>;

const REPLICA_BOUNDS = { path: ["maxReplicas"], message: "It must not be smaller than minReplicas." };

function boundsAreOrdered(spec: {
  minReplicas?: number | undefined;
  maxReplicas?: number | undefined;
}): boolean {
  return (
    spec.minReplicas === undefined || spec.maxReplicas === undefined || spec.minReplicas <= spec.maxReplicas
  );
}

const modelUriSchema = z
  .string()
  .trim()
  .min(1, "Give the URI of a model version.")
  .max(2048)
  .describe(
    "`models:/<name>/<version>` or `models:/<name>@<alias>`; `aliasPolicy` says what follows when the alias moves. Also `models:/<name>/latest`, `models:/<name>/<stage>`, `models:/<logged model>` and `runs:/<run id>/<path>`: they mean the version that they name now.",
  );
const updateMessageSchema = textSchema(1_000).trim();
const baseRevisionSchema = z
  .number()
  .int()
  .min(1)
  .describe(
    "The newest revision that the author has seen. When there is a newer one, the answer is `conflict`.",
  );

/** The body of `POST /groups/{group}/deployments`. */
export const deploymentRequestSchema = z
  .strictObject({
    name: deploymentNameSchema,
    modelUri: modelUriSchema,
    id: deploymentIdSchema.optional().describe("Made from the name where absent."),
    ...specFieldsWithDefaults,
    updateMessage: updateMessageSchema.default(""),
  })
  .refine(boundsAreOrdered, REPLICA_BOUNDS);
export type DeploymentRequest = z.infer<typeof deploymentRequestSchema>;
/** As a program writes it: what has a default may be absent. */
export type DeploymentRequestInput = z.input<typeof deploymentRequestSchema>;

/** The body of `PATCH …/deployments/{id}`: absent keys keep what is. Updating a stopped deployment starts it. */
export const deploymentPatchSchema = z
  .strictObject({ modelUri: modelUriSchema, ...specFields })
  .partial()
  .extend({ updateMessage: updateMessageSchema.default(""), baseRevision: baseRevisionSchema.optional() })
  .refine(boundsAreOrdered, REPLICA_BOUNDS);
export type DeploymentPatch = z.infer<typeof deploymentPatchSchema>;
export type DeploymentPatchInput = z.input<typeof deploymentPatchSchema>;

/** A variable as a revision shows it. The mark of a secret is another one each time its value is set. */
const revisionVariableSchema = variableSchema.extend({ mark: z.string().optional() });

/** An immutable, numbered snapshot of a deployment's spec. */
export const revisionSchema = z
  .object({
    number: z.number().int(),
    createdAt: timeSchema,
    author: z.string(),
    updateMessage: z.string(),
    /** What was asked for, e.g. `models:/iris@champion`. */
    requestedModelUri: z.string(),
    /** What it resolved to, `models:/<name>/<version>`. */
    modelUri: z.string(),
    modelName: z.string(),
    resolvedVersion: z.string(),
    access: accessSchema,
    description: z.string(),
    variables: z.array(revisionVariableSchema),
    metadata: z.record(z.string(), z.string()),
    minReplicas: z.number().int(),
    maxReplicas: z.number().int(),
    /** Null for one that was made before there were instance types. */
    instanceType: z.string().nullable(),
    cpuThreads: z.number().int(),
    memoryBytes: z.number().int(),
    strategy: strategySchema,
    warmSeconds: z.number().int(),
    aliasPolicy: aliasPolicySchema,
    ...servingFields,
    batchingInEffect: z
      .object({ mode: batchingModeSchema, from: z.enum(["spec", "version tag"]) })
      .describe(
        "The mode that holds: where the spec says `auto`, the version's tag speaks that was there when the revision was made.",
      ),
    /** The revision that this one copies, when it was made by a rollback. */
    rollbackOf: z.number().int().nullable(),
    environmentHash: z.string().nullable(),
    /** In answers to `?at=`: its share of the requests at that time, in percent. */
    weight: z.number().optional(),
  })
  .meta({ id: "Revision" });
export type Revision = z.infer<typeof revisionSchema>;

const AT_MESSAGE =
  "Write a time with its offset, e.g. 2026-11-24T14:03:00Z or, in a URL, 2026-11-24T15:03:00%2B01:00.";

export const revisionsQuerySchema = z.object({
  at: z.iso
    .datetime({ offset: true, error: AT_MESSAGE })
    .refine(isNearTime, "Give a time between the years 1970 and 9999.")
    .optional()
    .describe("Only the revisions that served at this time, each with its share of the requests."),
});

function isNearTime(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  // NaN for what is no time at all: that is said already.
  return !(year < 1970 || year > 9999);
}

export const replicaSchema = z
  .object({
    id: z.string(),
    revision: z.number().int(),
    state: replicaStateSchema,
    restarts: z.number().int(),
    startedAt: timeSchema.nullable(),
    memoryBytes: z.number().nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: "Replica" });
export type Replica = z.infer<typeof replicaSchema>;

/** An alias and the deployment that was made from it. */
export const aliasViewSchema = z.object({
  name: z.string(),
  policy: aliasPolicySchema,
  /** The version that the alias means; null while that is not known, or when the alias is gone. */
  version: z.string().nullable(),
  /** True when another version serves. */
  moved: z.boolean(),
  changedAt: timeSchema.nullable(),
  seenAt: timeSchema.nullable(),
});

export const deploymentSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    group: z.string(),
    status: deploymentStatusSchema,
    /** Stable word behind the status, e.g. `RolloutRunning`, `LoadFailed`, `StoppedByUser`. */
    reason: z.string(),
    message: z.string(),
    /** Full URL of `POST …/invocations`. */
    endpoint: z.string(),
    access: accessSchema,
    /** `models:/<name>/<version>` of what serves; of the newest revision while nothing does. */
    modelUri: z.string(),
    modelName: z.string(),
    modelVersion: z.string(),
    /** The version that serves now; null while none does. */
    resolvedVersion: z.string().nullable(),
    createdAt: timeSchema,
    createdBy: z.string(),
    updatedAt: timeSchema,
    updatedBy: z.string(),
    /** What the alias that the deployment was made from means now; null when it was made from a version. */
    alias: aliasViewSchema.nullable(),
    traffic: trafficSchema,
    /** The rollout that is running; null while none is. */
    runningRollout: z
      .object({ id: z.string(), revision: z.number().int(), phase: rolloutProgressSchema.shape.phase })
      .nullable(),
  })
  .meta({ id: "DeploymentSummary" });
export type DeploymentSummary = z.infer<typeof deploymentSummarySchema>;

/** What the playground and the snippets need to call the endpoint. */
export const callExampleSchema = z
  .object({
    body: z.unknown().describe("A scoring body with real example values."),
    from: exampleOriginSchema,
  })
  .meta({ id: "CallExample" });

export const deploymentSchema = deploymentSummarySchema
  .extend({
    description: z.string(),
    /** What the newest revision asks for: an update starts from it. */
    requestedModelUri: z.string(),
    /** The newest revision, and the one that serves. */
    latestRevision: z.number().int(),
    servingRevision: z.number().int().nullable(),
    /** The newest revision as a whole: an update starts from it. */
    latest: revisionSchema,
    /** Which revisions get requests now, in percent. */
    shares: z.array(z.object({ revision: z.number().int(), weight: z.number() })),
    /** The revision before, kept ready for an instant rollback. */
    warm: z.object({ revision: z.number().int(), until: timeSchema }).nullable(),
    /** Of the newest rollout. */
    steps: z.array(stepSchema),
    rollout: rolloutSchema.nullable(),
    replicas: z
      .number()
      .int()
      .describe(
        "Replicas that are to run at least, now. With `minReplicas: 0`: 0 while it is scaled to zero, else 1.",
      ),
    availableReplicas: z.number().int(),
    serving: z
      .object({
        batching: batchingStateSchema
          .nullable()
          .describe(
            "Whether requests are predicted together, and why (not); null until a replica was ready.",
          ),
        idle: z.boolean().describe("Scaled to zero: no replica runs, and the next request starts one."),
      })
      .nullable()
      .describe("What the revision that serves does; null while none does."),
    signature: signatureSchema.nullable(),
    example: callExampleSchema.nullable(),
    /** Live facts are older than they should be: the data plane has not reported lately. */
    stale: z.boolean(),
  })
  .meta({ id: "Deployment" });
export type Deployment = z.infer<typeof deploymentSchema>;

/** A new private deployment comes with a first client, so that the first call works as copied. The token is shown once. */
export const createdDeploymentSchema = deploymentSchema
  .extend({ firstClient: z.object({ name: z.string(), token: z.string() }).nullable() })
  .meta({ id: "CreatedDeployment" });
export type CreatedDeployment = z.infer<typeof createdDeploymentSchema>;

export const rollBackRequestSchema = z.strictObject({
  revision: z.number().int().min(1),
  updateMessage: updateMessageSchema.default(""),
  baseRevision: baseRevisionSchema.optional(),
});

export const deploymentListQuerySchema = z.object({
  search: z.string().optional(),
  mine: z.stringbool().optional(),
  status: deploymentStatusSchema.optional(),
});

export const deploymentEventSchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    /** A user's name, or `slipway` for what the system did. */
    actor: z.string(),
    /** Stable word, e.g. `deployment.created`, `rollout.failed`, `replica.restarted`. */
    kind: z.string(),
    message: z.string(),
    revision: z.number().int().nullable(),
  })
  .meta({ id: "DeploymentEvent" });
export type DeploymentEvent = z.infer<typeof deploymentEventSchema>;

export const logsQuerySchema = z.object({
  tail: z.coerce.number().int().min(1).max(100_000).default(2000),
  follow: z.stringbool().default(false),
  download: z
    .stringbool()
    .default(false)
    .describe("The whole file, as an attachment; `tail` and `follow` do not count."),
});

/** A log that is kept: of a replica, also a dead one, or of the build of a revision's environment (`build-<number>`). */
export const logFileSchema = z
  .object({
    name: z.string(),
    kind: z.enum(["replica", "build"]),
    revision: z.number().int(),
    bytes: z.number().int(),
    changedAt: timeSchema,
  })
  .meta({ id: "LogFile" });
export type LogFile = z.infer<typeof logFileSchema>;

/** A message of `GET /events` (server-sent events): something about a deployment, the benchmark of a version, or a registered model has changed; read it again. */
export const changeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["changed", "removed"]), group: z.string(), deployment: z.string() }),
  z.object({ kind: z.literal("benchmark"), group: z.string(), model: z.string(), version: z.string() }),
  z.object({ kind: z.literal("registry"), group: z.string(), model: z.string() }),
]);
export type Change = z.infer<typeof changeSchema>;
