/** Views of a versions table that a group keeps: which columns, in which order, which versions. */
import { z } from "zod";
import { timeSchema } from "./list.ts";

/** So many views a group keeps of one model's versions, and of all models'. */
export const SAVED_VIEWS_MAX = 200;
export const VIEW_NAME_CHARS_MAX = 100;

/** The body of `POST /groups/{group}/views` and `PUT /groups/{group}/views/{id}`. */
export const savedViewRequestSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, "Give it a name.")
    .max(VIEW_NAME_CHARS_MAX, `A name has at most ${VIEW_NAME_CHARS_MAX} characters.`)
    .regex(/^\P{Cc}*$/u, "A name has no line breaks or other control characters."),
  columns: z
    .array(z.string().max(1_000))
    .max(100)
    .default([])
    .describe('What is shown of each version: `["params.C", "metrics.accuracy"]`.'),
  orderBy: z
    .string()
    .max(1_000)
    .default("version desc")
    .describe("`version`, `registeredAt` or a column, with ` desc` where wanted."),
  filter: z.string().default("").describe("As in docs/registry.md; empty for all versions."),
  firstOfEach: z
    .boolean()
    .default(false)
    .describe("Of each model only the version that stands first; for views of all models' versions."),
});
export type SavedViewRequest = z.infer<typeof savedViewRequestSchema>;

export const savedViewSchema = savedViewRequestSchema
  .extend({
    id: z.string(),
    model: z.string().nullable().describe("Whose versions it shows; null for those of all models."),
    createdAt: timeSchema,
    createdBy: z.string(),
    /** What the caller may do with it, so that the console holds no policy. */
    viewerCan: z.object({ change: z.boolean() }),
  })
  .meta({ id: "SavedView" });
export type SavedView = z.infer<typeof savedViewSchema>;
