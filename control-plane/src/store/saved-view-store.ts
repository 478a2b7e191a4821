/** Views of versions tables that groups keep. Written by operations only. */
import { and, asc, count, eq } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { savedView } from "./schema-workbench.ts";

export interface SavedViewRecord {
  id: string;
  groupName: string;
  /** Whose versions it shows; null for those of all models. */
  modelName: string | null;
  name: string;
  columns: string[];
  /** With its direction: `metrics.accuracy desc`. */
  orderBy: string;
  filter: string;
  firstOfEach: boolean;
  createdAt: Date;
  createdBy: string;
}

const ALL_MODELS = "";

/** Those of one model's versions, or with null those of all models', by name. */
export async function listSavedViews(
  database: Queryable,
  groupName: string,
  modelName: string | null,
): Promise<SavedViewRecord[]> {
  const rows = await database
    .select()
    .from(savedView)
    .where(ofTable(groupName, modelName))
    .orderBy(asc(savedView.name));
  return rows.map(fromRow);
}

/** How many there are of one model's versions, or with null of all models'. */
export async function countSavedViews(
  database: Queryable,
  groupName: string,
  modelName: string | null,
): Promise<number> {
  const [row] = await database
    .select({ views: count() })
    .from(savedView)
    .where(ofTable(groupName, modelName));
  return row?.views ?? 0;
}

export async function findSavedView(
  database: Queryable,
  groupName: string,
  id: string,
): Promise<SavedViewRecord | undefined> {
  const [row] = await database
    .select()
    .from(savedView)
    .where(and(eq(savedView.groupName, groupName), eq(savedView.id, id)));
  return row === undefined ? undefined : fromRow(row);
}

/** @throws a driver error with SQLSTATE 23505 when the name is taken. */
export async function insertSavedView(database: Queryable, record: SavedViewRecord): Promise<void> {
  await database.insert(savedView).values(toRow(record));
}

/** Writes over the view of the same id. @throws a driver error with SQLSTATE 23505 when the name is taken. */
export async function updateSavedView(database: Queryable, record: SavedViewRecord): Promise<void> {
  await database.update(savedView).set(toRow(record)).where(eq(savedView.id, record.id));
}

export async function deleteSavedView(database: Queryable, id: string): Promise<void> {
  await database.delete(savedView).where(eq(savedView.id, id));
}

function ofTable(groupName: string, modelName: string | null) {
  return and(eq(savedView.groupName, groupName), eq(savedView.modelName, modelName ?? ALL_MODELS));
}

function toRow(record: SavedViewRecord): typeof savedView.$inferInsert {
  return { ...record, modelName: record.modelName ?? ALL_MODELS };
}

function fromRow(row: typeof savedView.$inferSelect): SavedViewRecord {
  return { ...row, modelName: row.modelName === ALL_MODELS ? null : row.modelName };
}
