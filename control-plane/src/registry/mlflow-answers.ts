/** The answers of MLflow's REST API, read leniently: what is omitted is empty, what is unknown is ignored. */
import { z } from "zod";
import { toMetricValue } from "./metric-value.ts";

/** Protobuf writes 64-bit numbers as numbers or as strings. */
const wholeNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const word = z.union([z.string(), z.number().transform(String)]);
const pageToken = z.string().optional();

const pairs = z
  .array(z.object({ key: z.string(), value: z.string().default("") }))
  .nullish()
  .transform((list) => Object.fromEntries((list ?? []).map(({ key, value }) => [key, value])));

const aliasPairs = z
  .array(z.object({ alias: z.string(), version: word }))
  .nullish()
  .transform((list) => list ?? []);

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

export const mlflowVersionSchema = z.object({
  name: z.string(),
  version: word,
  creation_timestamp: wholeNumber.default(0),
  last_updated_timestamp: wholeNumber.optional(),
  user_id: text,
  description: text,
  source: text,
  run_id: text,
  model_id: text,
  status: z.string().default("READY"),
  status_message: text,
  tags: pairs,
});
export type MlflowVersion = z.output<typeof mlflowVersionSchema>;

export const mlflowModelSchema = z.object({
  name: z.string(),
  creation_timestamp: wholeNumber.default(0),
  last_updated_timestamp: wholeNumber.optional(),
  description: text,
  tags: pairs,
  aliases: aliasPairs,
  /** Absent without versions; else the newest of each stage. */
  latest_versions: z
    .array(z.object({ version: word, current_stage: z.string().default("None") }))
    .nullish()
    .transform((list) => list ?? []),
});
export type MlflowModel = z.output<typeof mlflowModelSchema>;

const metricSchema = z.object({
  key: z.string(),
  value: z.union([z.number(), z.string()]).default(0).transform(toMetricValue),
  timestamp: wholeNumber.default(0),
  step: wholeNumber.default(0),
  dataset_name: z.string().nullish(),
});
export type MlflowMetric = z.output<typeof metricSchema>;

const metrics = z
  .array(metricSchema)
  .nullish()
  .transform((list) => list ?? []);

export const mlflowRunSchema = z.object({
  info: z.object({
    run_id: z.string(),
    run_name: z.string().nullish(),
    experiment_id: word.nullish(),
    artifact_uri: text,
    status: z.string().default("FINISHED"),
    lifecycle_stage: z.string().default("active"),
  }),
  data: z.object({ params: pairs, metrics, tags: pairs }).prefault({}),
  /** The logged models that it made, since MLflow 3. */
  outputs: z.object({ model_outputs: z.array(z.object({ model_id: z.string() })).default([]) }).prefault({}),
});
export type MlflowRun = z.output<typeof mlflowRunSchema>;

export const mlflowLoggedModelSchema = z.object({
  info: z.object({
    model_id: z.string(),
    name: z.string().nullish(),
    experiment_id: word.nullish(),
    source_run_id: z.string().nullish(),
    artifact_uri: text,
    status: word.default("LOGGED_MODEL_READY"),
  }),
  data: z.object({ params: pairs, metrics }).prefault({}),
});
export type MlflowLoggedModel = z.output<typeof mlflowLoggedModelSchema>;

export const modelPageSchema = z.object({
  registered_models: z.array(mlflowModelSchema).default([]),
  next_page_token: pageToken,
});
export const modelAnswerSchema = z.object({ registered_model: mlflowModelSchema });
export const versionPageSchema = z.object({
  model_versions: z.array(mlflowVersionSchema).default([]),
  next_page_token: pageToken,
});
export const versionAnswerSchema = z.object({ model_version: mlflowVersionSchema });
export const runPageSchema = z.object({
  runs: z.array(mlflowRunSchema).default([]),
  next_page_token: pageToken,
});
export const runAnswerSchema = z.object({ run: mlflowRunSchema });
export const loggedModelPageSchema = z.object({
  models: z.array(mlflowLoggedModelSchema).default([]),
  next_page_token: pageToken,
});
export const loggedModelAnswerSchema = z.object({ model: mlflowLoggedModelSchema });
export const experimentPageSchema = z.object({
  experiments: z.array(z.object({ experiment_id: word })).default([]),
  next_page_token: pageToken,
});
export const downloadUriAnswerSchema = z.object({ artifact_uri: z.string() });
export const artifactListAnswerSchema = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        is_dir: z.boolean().default(false),
        file_size: wholeNumber.nullish(),
      }),
    )
    .default([]),
});
