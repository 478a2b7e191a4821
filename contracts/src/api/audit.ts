/** Who changed what in a group's MLflow through Slipway. */
import { z } from "zod";
import { pageQuerySchema, timeSchema } from "./list.ts";

export const auditActionSchema = z.enum([
  "description.changed",
  "tag.set",
  "tag.removed",
  "alias.set",
  "alias.moved",
  "alias.removed",
  "version.deleted",
]);
export type AuditAction = z.infer<typeof auditActionSchema>;

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    actor: z.string(),
    action: z.string().describe(`One of ${auditActionSchema.options.join(", ")}; more may come.`),
    model: z.string(),
    version: z.string().nullable().describe("Null for a change of the model itself."),
    key: z.string().nullable().describe("The alias or the tag."),
    before: z.string().nullable().describe("Null when there was none; of an alias the version."),
    after: z.string().nullable().describe("Null when there is none any more; of an alias the version."),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditQuerySchema = pageQuerySchema.extend({
  model: z.string().optional().describe("Only changes of this model and its versions."),
});
