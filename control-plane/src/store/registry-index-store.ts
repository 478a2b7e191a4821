/**
 * The registry index as rows: models, versions, and what was logged for them. Written by the registry room alone; several
 * control planes may write the same at once.
 */
import { isDeepStrictEqual } from "node:util";
import { and, desc, eq, getTableColumns, inArray, isNull, lt, ne, or, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "./database.ts";
import { registryAlias, registryIndex, registryModel } from "./schema-registry.ts";

export type RegistryIndexRow = typeof registryIndex.$inferSelect;
export type RegistryModelRow = typeof registryModel.$inferSelect & { aliases: AliasRow[] };

interface AliasRow {
  alias: string;
  number: number;
}

/** What is written of a model whenever it, its aliases or its versions change: who keeps them in memory reads them again. */
export const CHANGED_NOW = { changed: sql`pg_current_xact_id()::text::bigint` };

/** A registered model as MLflow tells it. */
export interface ModelFacts {
  name: string;
  description: string;
  tags: Record<string, string>;
  createdMs: number;
  updatedMs: number;
  latestVersion: number | null;
  aliases: AliasRow[];
}

/** Which index: of a group's registry. */
export interface IndexKey {
  scope: string;
  groupName: string;
}

/** The index of a registry; made when there is none. */
export async function openIndex(database: Queryable, key: IndexKey): Promise<RegistryIndexRow> {
  const known = await findIndex(database, key.scope);
  if (known !== undefined) return known;
  await database.insert(registryIndex).values(key).onConflictDoNothing();
  const made = await findIndex(database, key.scope);
  if (made === undefined) throw new Error(`the registry index of '${key.groupName}' was removed meanwhile`);
  return made;
}

export async function findIndex(database: Queryable, scope: string): Promise<RegistryIndexRow | undefined> {
  const rows = await database.select().from(registryIndex).where(eq(registryIndex.scope, scope));
  return rows[0];
}

/** Forgets all that is known of a group's registries, or of those that it is bound to no more. */
export async function dropIndexes(
  database: Queryable,
  groupName: string,
  { but }: { but?: string } = {},
): Promise<void> {
  const ofGroup = eq(registryIndex.groupName, groupName);
  await database
    .delete(registryIndex)
    .where(but === undefined ? ofGroup : and(ofGroup, ne(registryIndex.scope, but)));
}

/** All models of an index, by name; of the given names only, where they are given. */
export async function listRegistryModels(
  database: Queryable,
  scope: string,
  names?: string[],
): Promise<RegistryModelRow[]> {
  const ofScope = eq(registryModel.scope, scope);
  return selectModels(database)
    .where(names === undefined ? ofScope : and(ofScope, inArray(registryModel.name, names)))
    .orderBy(registryModel.name);
}

function selectModels(database: Queryable) {
  const aliases = sql<AliasRow[]>`(
    select coalesce(json_agg(json_build_object('alias', alias, 'number', number) order by alias), '[]')
    from registry_alias where model_id = registry_model.id)`;
  return database.select({ ...getTableColumns(registryModel), aliases }).from(registryModel);
}

/** Writes models as MLflow has them now; of a complete list, what it lacks is gone. Returns how many differed. */
export async function saveModels(
  database: Database,
  scope: string,
  { models, complete, at }: { models: ModelFacts[]; complete: boolean; at: Date },
): Promise<number> {
  return database.transaction(async (transaction) => {
    const names = models.map(({ name }) => name);
    const rows = await listRegistryModels(transaction, scope, complete ? undefined : names);
    const known = new Map(rows.map((model) => [model.name, model]));
    const changed = models.filter((model) => !isSameModel(known.get(model.name), model));
    for (const model of changed) await saveModel(transaction, scope, model);
    if (complete) {
      const listed = new Set(names);
      const gone = rows.filter(({ name }) => !listed.has(name)).map(({ id }) => id);
      if (gone.length > 0) await transaction.delete(registryModel).where(inArray(registryModel.id, gone));
    }
    await transaction
      .update(registryIndex)
      .set({ seenAt: at, ...(complete && { listedAt: at }) })
      .where(eq(registryIndex.scope, scope));
    return changed.length;
  });
}

/** Forgets a model that MLflow no longer has. */
export async function removeModel(database: Queryable, scope: string, name: string): Promise<void> {
  await database
    .delete(registryModel)
    .where(and(eq(registryModel.scope, scope), eq(registryModel.name, name)));
}

async function saveModel(
  transaction: Queryable,
  scope: string,
  { aliases, ...model }: ModelFacts,
): Promise<void> {
  const [row] = await transaction
    .insert(registryModel)
    .values({ scope, ...model })
    .onConflictDoUpdate({
      target: [registryModel.scope, registryModel.name],
      set: { ...model, ...CHANGED_NOW },
    })
    .returning({ id: registryModel.id });
  if (row === undefined) throw new Error(`the registered model '${model.name}' was not written`);
  await transaction.delete(registryAlias).where(eq(registryAlias.modelId, row.id));
  if (aliases.length === 0) return;
  await transaction
    .insert(registryAlias)
    .values(aliases.map((alias) => ({ modelId: row.id, ...alias })))
    .onConflictDoUpdate({
      target: [registryAlias.modelId, registryAlias.alias],
      set: { number: sql`excluded.number` },
    });
}

/** Whether the index has a model as MLflow tells it. */
export function isSameModel(known: RegistryModelRow | undefined, model: ModelFacts): boolean {
  if (known === undefined) return false;
  const { name, description, tags, createdMs, updatedMs, latestVersion, aliases } = known;
  return isDeepStrictEqual(
    { name, description, tags, createdMs, updatedMs, latestVersion, aliases: byAlias(aliases) },
    { ...model, aliases: byAlias(model.aliases) },
  );
}

function byAlias(aliases: AliasRow[]): Record<string, number> {
  return Object.fromEntries(aliases.map(({ alias, number }) => [alias, number]));
}

/** The model that MLflow updated last since its versions were compared, or whose versions never were. */
export function newestUncompared(database: Queryable, scope: string): Promise<RegistryModelRow | undefined> {
  const { comparedMs, updatedMs } = registryModel;
  return firstModel(database, scope, {
    where: sql`${comparedMs} is distinct from ${updatedMs}`,
    order: desc(updatedMs),
  });
}

/** The model whose versions were all listed longest ago, before `before` or never; undefined when there is none. */
export function longestUnlisted(
  database: Queryable,
  scope: string,
  before: Date,
): Promise<RegistryModelRow | undefined> {
  const { listedAt } = registryModel;
  return firstModel(database, scope, {
    where: or(isNull(listedAt), lt(listedAt, before)),
    order: sql`${listedAt} nulls first`,
  });
}

async function firstModel(
  database: Queryable,
  scope: string,
  { where, order }: { where: SQL | undefined; order: SQL },
): Promise<RegistryModelRow | undefined> {
  const rows = await selectModels(database)
    .where(and(eq(registryModel.scope, scope), where))
    .orderBy(order, registryModel.id)
    .limit(1);
  return rows[0];
}

/** Finds a model by its exact name. */
export async function findRegistryModel(
  database: Queryable,
  scope: string,
  name: string,
): Promise<RegistryModelRow | undefined> {
  return (await listRegistryModels(database, scope, [name]))[0];
}
