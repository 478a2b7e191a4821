/** What people change of registered models and versions: it is written to the group's MLflow, which stays the only truth. */
import { z } from "zod";

/** Descriptions and values are kept by every MLflow up to this length. */
const TEXT_MAX = 5_000;

/** The tag that Slipway itself writes: which deployments run a version. */
export const DEPLOYMENTS_TAG = "slipway.deployments";

const textSchema = z
  .string()
  .max(TEXT_MAX, `Use at most ${TEXT_MAX} characters: MLflow keeps no more.`)
  .refine((text) => !text.includes("\0"), "Leave out the zero character.");

/** The key of a tag that people may change, as MLflow allows it. */
export const tagKeySchema = z
  .string()
  .min(1, "Give the tag a key.")
  .max(250, "Use at most 250 characters.")
  .regex(
    /^(?!\.\.)(?!.*(?:^|\/)\.{0,2}(?:\/|$))[/\p{L}\p{N}_.\- :]+$/u,
    "Use letters, digits, spaces, '_', '-', '.', ':' and '/', and no path such as '../a' or 'a//b': MLflow allows no others.",
  )
  .refine((key) => !key.startsWith("mlflow."), "MLflow sets tags that begin with 'mlflow.' itself.")
  .refine((key) => key !== DEPLOYMENTS_TAG, "Slipway sets this tag itself.");

/** The name of an alias, as MLflow allows it. */
export const aliasNameSchema = z
  .string()
  .min(1, "Give the alias a name.")
  .max(255, "Use at most 255 characters.")
  .regex(/^[\p{L}\p{N}_-]+$/u, "Use letters, digits, '_' and '-': MLflow allows no others.")
  .refine((name) => !/^v\p{Nd}+$/iu.test(name), "MLflow keeps 'v' and a number for versions.")
  .refine((name) => name.toLowerCase() !== "latest", "MLflow keeps 'latest' for the newest version.");

const tagsSchema = z.record(tagKeySchema, textSchema.nullable());

/** A change of a model or a version. */
export const registryEditSchema = z.strictObject({
  description: textSchema.optional().describe("Markdown."),
  tags: tagsSchema.optional().describe("Those to set; null removes one. All others stay."),
  expected: z
    .strictObject({
      description: z.string().optional(),
      tags: z.record(z.string(), z.string().nullable()).optional(),
    })
    .optional()
    .describe("What the change is based on; null is a tag that is not there. MLflow has others: `conflict`."),
});
export type RegistryEdit = z.infer<typeof registryEditSchema>;

/** A model or a version as MLflow has it after the change. */
export const editedSchema = z
  .object({
    name: z.string(),
    version: z.string().nullable().describe("Null for the model itself."),
    description: z.string(),
    tags: z.record(z.string(), z.string()),
  })
  .meta({ id: "EditedModel" });
export type Edited = z.infer<typeof editedSchema>;

const acknowledgedText = "Do it though deployments are concerned, as the refusal has told.";

export const aliasMoveSchema = z.strictObject({
  version: z.string(),
  expected: z
    .string()
    .nullable()
    .optional()
    .describe("The version that it means before; null when there is no such alias."),
  acknowledged: z.boolean().default(false).describe(acknowledgedText),
});
export type AliasMove = z.input<typeof aliasMoveSchema>;

export const acknowledgedQuerySchema = z.object({
  acknowledged: z.stringbool().default(false).describe(acknowledgedText),
});

export const aliasRemovalQuerySchema = acknowledgedQuerySchema.extend({
  expected: z.string().optional().describe("The version that it means before."),
});
