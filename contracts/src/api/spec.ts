/** The spec of a deployment: what a person chooses, beside the model. Every field has a default. */
import { z } from "zod";
import { variableNameSchema } from "../ids.ts";
import { variableRequestSchema } from "./mlflow-binding.ts";
import { servingFields, servingFieldsWithDefaults } from "./serving.ts";
import { ALL_AT_ONCE, aliasPolicySchema, strategySchema } from "./strategy.ts";

/** Text as the database keeps it. */
export function textSchema(charsMax: number) {
  return z
    .string()
    .max(charsMax)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), "Leave out characters that are no text.");
}

export const accessSchema = z.enum(["private", "public"]);

export const REPLICAS_MAX = 100;
export const WARM_SECONDS_DEFAULT = 300;

/** Set by Slipway for every worker, or able to make a worker run other code than the model's: not for people to set. */
const RESERVED_VARIABLE =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|SHELL|IFS|LD_.*|DYLD_.*|PYTHON.*|SLIPWAY_.*|DATABASE_URL|(OMP|OPENBLAS|MKL|NUMEXPR)_NUM_THREADS)$/;

/** The name of a variable that a person may give to a model's process. */
export const deploymentVariableNameSchema = variableNameSchema.refine(
  (name) => !RESERVED_VARIABLE.test(name),
  "Slipway sets this variable itself. Choose another name.",
);

/** Environment variables of the model's process; of a secret without a value the stored one is kept. */
export const deploymentVariablesSchema = z
  .array(variableRequestSchema.safeExtend({ name: deploymentVariableNameSchema }))
  .max(100)
  .superRefine((variables, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of variables.entries()) {
      if (seen.has(name)) {
        context.addIssue({ code: "custom", path: [index, "name"], message: `'${name}' stands here twice.` });
      }
      seen.add(name);
    }
  });

/** Key-values for people and tools; Slipway only keeps and shows them. */
export const metadataSchema = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?$/,
        "Use 1 to 100 letters, digits, '.', '_', '/' or '-', starting and ending with a letter or digit.",
      ),
    textSchema(1_000),
  )
  .refine((metadata) => Object.keys(metadata).length <= 50, "Give at most 50 entries.");

export const instanceTypeNameSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/,
    "Use lower case letters, digits, '.' and '-', 1 to 63 characters, starting and ending with a letter or digit.",
  );

const replicasSchema = z.number().int().max(REPLICAS_MAX);

/** The fields without their defaults: what a patch may change. */
export const specFields = {
  access: accessSchema,
  description: textSchema(10_000),
  variables: deploymentVariablesSchema,
  metadata: metadataSchema,
  minReplicas: replicasSchema
    .min(0)
    .describe(
      "Replicas that always run. 0: after `idleSeconds` without a request none runs, and the next caller waits for one.",
    ),
  maxReplicas: replicasSchema
    .min(1)
    .describe("Replicas that may run when many requests wait; at least `minReplicas`."),
  instanceType: instanceTypeNameSchema.describe(
    "One of `GET /instance-types`: CPU threads and memory of a replica.",
  ),
  strategy: strategySchema,
  warmSeconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .describe("How long the replaced revision stays ready after a rollout, so that a rollback is instant."),
  aliasPolicy: aliasPolicySchema,
  ...servingFields,
};

/** The same fields with their defaults: what a new deployment is made of. */
export const specFieldsWithDefaults = {
  access: specFields.access.default("private"),
  description: specFields.description.default(""),
  variables: specFields.variables.default([]),
  metadata: specFields.metadata.default({}),
  minReplicas: specFields.minReplicas.default(1),
  maxReplicas: specFields.maxReplicas.optional(),
  instanceType: specFields.instanceType.optional(),
  strategy: specFields.strategy.default(ALL_AT_ONCE),
  warmSeconds: specFields.warmSeconds.default(WARM_SECONDS_DEFAULT),
  aliasPolicy: specFields.aliasPolicy.default("pin"),
  ...servingFieldsWithDefaults,
};
