/** Deployments: what a person asks for and what they see of it. */
import { z } from "zod";
import { exampleOriginSchema } from "../frame.ts";
import { clientNameSchema, deploymentIdSchema, deploymentNameSchema } from "../ids.ts";
import { replicaStateSchema } from "../observation.ts";
import { stepSchema } from "../step.ts";
import { timeSchema } from "./list.ts";
import { signatureSchema } from "./model.ts";

export const DEPLOYMENT_STATUSES = ["Deploying", "Deployed", "Stopping", "Stopped", "Failed"] as const;
export const deploymentStatusSchema = z.enum(DEPLOYMENT_STATUSES);
export type DeploymentStatus = z.infer<typeof deploymentStatusSchema>;

export const accessSchema = z.enum(["private", "public"]);

const modelUriSchema = z
  .string()
  .trim()
  .min(1, "Give the URI of a model version.")
  .max(2048)
  .describe("`models:/<name>/<version>` or `models:/<name>@<alias>`; an alias is resolved now.");
const descriptionSchema = z.string().max(10_000);
const updateMessageSchema = z.string().trim().max(1_000);

/** The body of `POST /groups/{group}/deployments`. */
export const deploymentRequestSchema = z.object({
  name: deploymentNameSchema,
  modelUri: modelUriSchema,
  id: deploymentIdSchema.optional().describe("Made from the name where absent."),
  access: accessSchema.default("private"),
  description: descriptionSchema.default(""),
  updateMessage: updateMessageSchema.default(""),
});
export type DeploymentRequest = z.infer<typeof deploymentRequestSchema>;

/** The body of `PATCH …/deployments/{id}`: absent keys keep what is. Updating a stopped deployment starts it. */
export const deploymentPatchSchema = z.object({
  modelUri: modelUriSchema.optional(),
  access: accessSchema.optional(),
  description: descriptionSchema.optional(),
  updateMessage: updateMessageSchema.default(""),
});
export type DeploymentPatch = z.infer<typeof deploymentPatchSchema>;

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
    environmentHash: z.string().nullable(),
  })
  .meta({ id: "Revision" });
export type Revision = z.infer<typeof revisionSchema>;

/** The move of traffic to a revision. */
export const rolloutSchema = z
  .object({
    revision: z.number().int(),
    fromRevision: z.number().int().nullable(),
    state: z.enum(["running", "succeeded", "failed", "superseded"]),
    startedAt: timeSchema,
    finishedAt: timeSchema.nullable(),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    steps: z.array(stepSchema),
  })
  .meta({ id: "Rollout" });
export type Rollout = z.infer<typeof rolloutSchema>;

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
    /** Of the newest rollout. */
    steps: z.array(stepSchema),
    rollout: rolloutSchema.nullable(),
    replicas: z.number().int(),
    availableReplicas: z.number().int(),
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

export const rollBackRequestSchema = z.object({
  revision: z.number().int().min(1),
  updateMessage: updateMessageSchema.default(""),
});

export const deploymentListQuerySchema = z.object({
  search: z.string().optional(),
  mine: z.stringbool().optional(),
  status: deploymentStatusSchema.optional(),
});

export const clientSchema = z
  .object({ name: z.string(), createdAt: timeSchema, createdBy: z.string() })
  .meta({ id: "Client" });
export type Client = z.infer<typeof clientSchema>;
export const clientRequestSchema = z.object({ name: clientNameSchema });
/** The token is shown here and never again. */
export const createdClientSchema = z.object({ name: z.string(), token: z.string() });

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
});

/** A message of `GET /events` (server-sent events): something about a deployment has changed; read it again. */
export const changeSchema = z.object({
  group: z.string(),
  deployment: z.string(),
  kind: z.enum(["changed", "removed"]),
});
export type Change = z.infer<typeof changeSchema>;
