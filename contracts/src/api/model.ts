/** Registered models and their versions, as the group's MLflow has them. */
import { z } from "zod";
import { problemSchema } from "../errors.ts";
import { listOf, timeSchema } from "./list.ts";

export const deployedBySchema = z.object({ id: z.string(), name: z.string(), status: z.string() });

export const aliasSchema = z.object({ alias: z.string(), version: z.string() });

export const registeredModelSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    /** The highest version number; null for a model without versions. */
    latestVersion: z.string().nullable(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    aliases: z.array(aliasSchema),
    tags: z.record(z.string(), z.string()),
    deployedBy: z.array(deployedBySchema.extend({ version: z.string() })),
    favourite: z.boolean().describe("Whether whoever asks has marked it."),
    /** The model's page in MLflow's own UI. */
    url: z.string(),
  })
  .meta({ id: "RegisteredModel" });
export type RegisteredModel = z.infer<typeof registeredModelSchema>;

/** How fresh a list is: it comes from an index that is compared with MLflow whenever somebody looks. */
const freshness = {
  asOf: timeSchema.describe("When MLflow was asked last."),
  problem: problemSchema
    .nullable()
    .describe(
      "With `allowStale`: why MLflow did not answer, so that this is as it was at `asOf`; null when it did.",
    ),
};

/** `uiUrl` opens the group's MLflow. */
export const registeredModelListSchema = listOf(registeredModelSchema).extend({
  uiUrl: z.string(),
  ...freshness,
  index: z
    .object({ versions: z.number().int(), unread: z.number().int() })
    .describe(
      "How many versions are known, and of how many the parameters and metrics are still to be read.",
    ),
});

export const registeredModelDetailSchema = registeredModelSchema
  .extend({
    versionCount: z.number().int(),
    /** What the versions table can show as columns. */
    columns: z.object({
      params: z.array(z.string()),
      metrics: z.array(z.string()),
      tags: z.array(z.string()),
    }),
    ...freshness,
  })
  .meta({ id: "RegisteredModelDetail" });
export type RegisteredModelDetail = z.infer<typeof registeredModelDetailSchema>;

/** What a table over all models' versions can show as columns, and which aliases there are. */
export const registryColumnsSchema = z
  .object({
    params: z.array(z.string()),
    metrics: z.array(z.string()),
    tags: z.array(z.string()),
    aliases: z.array(z.string()),
  })
  .meta({ id: "RegistryColumns" });
export type RegistryColumns = z.infer<typeof registryColumnsSchema>;

/** A metric's value. JSON has no NaN or infinity, so these travel as words. */
export const metricValueSchema = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]);
export type MetricValue = z.infer<typeof metricValueSchema>;

export const modelVersionSchema = z
  .object({
    version: z.string(),
    registeredAt: timeSchema,
    description: z.string(),
    /** MLflow's own state, `READY` as a rule. */
    status: z.string(),
    aliases: z.array(z.string()),
    deployedBy: z.array(deployedBySchema),
    /** The chosen columns only. A key that a version lacks is absent. */
    params: z.record(z.string(), z.string()),
    metrics: z.record(z.string(), metricValueSchema),
    tags: z.record(z.string(), z.string()),
    /** Of its newest benchmark that succeeded: `p50Ms`, `p99Ms`, `requestsPerSecond`, `memoryBytes`, `loadMs`. */
    benchmark: z.record(z.string(), z.number()),
    modelUri: z.string(),
  })
  .meta({ id: "ModelVersion" });
export type ModelVersion = z.infer<typeof modelVersionSchema>;

export const modelVersionListSchema = listOf(modelVersionSchema).extend({
  total: z.number().int(),
  /** False while parameters and metrics of some versions are not read yet; `warning` says why. */
  complete: z.boolean(),
  warning: z.string().nullable(),
  ...freshness,
});
export type ModelVersionList = z.infer<typeof modelVersionListSchema>;

/** A version in a list of all models' versions: it tells its model. */
export const registryVersionSchema = modelVersionSchema
  .extend({ name: z.string() })
  .meta({ id: "RegistryVersion" });
export type RegistryVersion = z.infer<typeof registryVersionSchema>;

export const registryVersionListSchema = modelVersionListSchema.extend({
  items: z.array(registryVersionSchema),
});
export type RegistryVersionList = z.infer<typeof registryVersionListSchema>;

/** A field of a signature: a named column, or one tensor. */
export const signatureFieldSchema = z
  .object({
    name: z.string().nullable(),
    /** MLflow's type, e.g. `double`, `string`, `tensor`; nested types as MLflow's JSON says them. */
    type: z.string(),
    required: z.boolean(),
    /** Of a tensor: dtype and shape (-1 is a free dimension). */
    tensor: z.object({ dtype: z.string(), shape: z.array(z.number().int()) }).nullable(),
  })
  .meta({ id: "SignatureField" });
export type SignatureField = z.infer<typeof signatureFieldSchema>;

export const signatureSchema = z
  .object({
    inputs: z.array(signatureFieldSchema),
    outputs: z.array(signatureFieldSchema),
    params: z.array(z.object({ name: z.string(), type: z.string(), default: z.unknown() })),
  })
  .meta({ id: "Signature" });
export type Signature = z.infer<typeof signatureSchema>;

export const sourceRunSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    experimentId: z.string().nullable(),
    url: z.string().nullable(),
    /** `active`; `deleted` when it is in MLflow's trash; `missing` when MLflow does not know it any more. */
    state: z.enum(["active", "deleted", "missing"]),
  })
  .meta({ id: "SourceRun" });

export const modelVersionDetailSchema = modelVersionSchema
  .extend({
    name: z.string(),
    lastModifiedAt: timeSchema,
    registeredBy: z.string().nullable(),
    sourceRun: sourceRunSchema.nullable(),
    loggedModel: z.object({ id: z.string(), url: z.string().nullable() }).nullable(),
    /** The version's page in MLflow's own UI. */
    url: z.string(),
    source: z.string(),
    signature: signatureSchema.nullable(),
    /** A ready scoring body (`dataframe_split`, `inputs`, …) made from the version's input example, else from its signature. */
    inputExample: z.object({ from: z.enum(["input example", "signature"]), body: z.unknown() }).nullable(),
    flavors: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
    requirements: z.array(z.string()),
    pythonVersion: z.string().nullable(),
    mlflowVersion: z.string().nullable(),
    sizeBytes: z.number().nullable(),
    /** What could not be read, in words; the rest of the page stands. */
    warnings: z.array(z.string()),
  })
  .meta({ id: "ModelVersionDetail" });
export type ModelVersionDetail = z.infer<typeof modelVersionDetailSchema>;
