/** Who changed what in a group's MLflow. Append-only. */
import { and, desc, eq, lt } from "drizzle-orm";
import { storable } from "#domain/storable-text.ts";
import type { Queryable } from "./database.ts";
import { auditEntry } from "./schema-workbench.ts";

export type AuditRecord = typeof auditEntry.$inferSelect;

export async function appendAudit(
  database: Queryable,
  { before, after, ...entry }: Omit<AuditRecord, "sequence">,
): Promise<void> {
  await database.insert(auditEntry).values({
    ...entry,
    before: before === null ? null : storable(before),
    after: after === null ? null : storable(after),
  });
}

/** A part of a group's entries, or of those of one model, newest first. */
export async function listAudit(
  database: Queryable,
  groupName: string,
  { model, limit, before }: { model: string | undefined; limit: number; before: number | undefined },
): Promise<AuditRecord[]> {
  return database
    .select()
    .from(auditEntry)
    .where(
      and(
        eq(auditEntry.groupName, groupName),
        model === undefined ? undefined : eq(auditEntry.modelName, model),
        before === undefined ? undefined : lt(auditEntry.sequence, before),
      ),
    )
    .orderBy(desc(auditEntry.sequence))
    .limit(limit);
}
