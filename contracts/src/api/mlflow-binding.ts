/** A group's MLflow binding. Secret values are write-only: they come in and never go out. */
import { z } from "zod";
import { variableNameSchema } from "../ids.ts";
import { timeSchema } from "./list.ts";

/** A variable as it is shown. A secret's value is absent. */
export const variableSchema = z
  .object({ name: z.string(), secret: z.boolean(), value: z.string().optional() })
  .meta({ id: "Variable" });
export type Variable = z.infer<typeof variableSchema>;

/** A variable as it is set. A secret without a value keeps the stored one. */
export const variableRequestSchema = z
  .strictObject({
    name: variableNameSchema,
    secret: z.boolean().default(true),
    value: z
      .string()
      .max(65_536)
      .refine((value) => !value.includes("\0"), "An environment variable cannot hold a NUL character.")
      .optional(),
  })
  .refine((variable) => variable.secret || variable.value !== undefined, {
    path: ["value"],
    message: "Give the variable a value, or make it a secret to keep the stored one.",
  });

const uriSchema = z
  .string()
  .trim()
  .max(2048)
  .refine(
    isHttpUrl,
    "Write an http:// or https:// address without user name and password, e.g. http://mlflow.example:5000.",
  );

/** The body of `PUT /groups/{group}/mlflow` and of its `/test`. */
export const mlflowBindingRequestSchema = z.object({
  trackingUri: uriSchema,
  uiUri: uriSchema.nullish(),
  workspace: z.string().trim().min(1).max(256).nullish(),
  trackingVariables: z.array(variableRequestSchema).max(100).default([]),
  artifactVariables: z.array(variableRequestSchema).max(100).default([]),
  writeBack: z
    .boolean()
    .optional()
    .describe(
      "Tag the versions that are served with `slipway.deployments` in MLflow. Left out, it stays as it is; it begins as false.",
    ),
});
export type MlflowBindingRequest = z.infer<typeof mlflowBindingRequestSchema>;

export const mlflowBindingSchema = z
  .object({
    trackingUri: z.string(),
    uiUri: z.string().nullable(),
    workspace: z.string().nullable(),
    trackingVariables: z.array(variableSchema),
    artifactVariables: z.array(variableSchema),
    /** True while MLflow tells Slipway by a webhook that an alias has moved; else only polling finds out. */
    webhook: z.boolean(),
    writeBack: z.boolean(),
    writeBackProblem: z
      .string()
      .nullable()
      .describe(
        "Why MLflow refuses the tags of `writeBack`, and what to do; told by the control plane that reconciles.",
      ),
    updatedAt: timeSchema,
    updatedBy: z.string(),
  })
  .meta({ id: "MlflowBinding" });
export type MlflowBinding = z.infer<typeof mlflowBindingSchema>;

/** What `PUT /groups/{group}/mlflow/webhook` has registered at MLflow. */
export const mlflowWebhookSchema = z
  .object({ url: z.string().describe("Where MLflow calls.") })
  .meta({ id: "MlflowWebhook" });
export type MlflowWebhook = z.infer<typeof mlflowWebhookSchema>;

/** Why an MLflow could not be used. */
export const mlflowCauseSchema = z.enum([
  "name_not_resolved",
  "connection_refused",
  "timed_out",
  "tls",
  "unauthorized",
  "forbidden",
  "not_mlflow",
  "server_error",
  "other",
]);
export type MlflowCause = z.infer<typeof mlflowCauseSchema>;

/** What `POST /groups/{group}/mlflow/test` found. It tests the body when there is one, else what is stored. */
export const mlflowTestSchema = z
  .object({
    reachable: z.boolean(),
    trackingUri: z.string(),
    /** MLflow's own version where it tells it. */
    version: z.string().nullable(),
    registeredModels: z
      .string()
      .nullable()
      .describe("How many were found, `1000+` when there are more than a page."),
    latencyMs: z.number().nullable(),
    cause: mlflowCauseSchema.nullable(),
    detail: z.string().nullable().describe("What is wrong and what to do."),
  })
  .meta({ id: "MlflowTest" });
export type MlflowTest = z.infer<typeof mlflowTestSchema>;

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}
