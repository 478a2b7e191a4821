/**
 * Where the values of a model's keys lie: a key stands once, in the model's row, and each version has its value at the same place
 * of an array. A model's row is locked while its keys change, so that a key keeps its place however many write at once.
 */
import type { RegistryColumns } from "@slipway/contracts/api/model";
import { eq, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "./database.ts";
import { registryAlias, registryModel } from "./schema-registry.ts";

export interface Keys {
  paramKeys: string[];
  metricKeys: string[];
  tagKeys: string[];
}

/** A place that is free: MLflow has no key without a letter. */
const FREE = "";

/** The keys that are there, in the order of the alphabet. */
export function presentKeys(keys: string[]): string[] {
  return keys.filter((key) => key !== FREE).sort();
}

/** The keys and aliases of all models of an index, each once and sorted. */
export async function listRegistryColumns(database: Queryable, scope: string): Promise<RegistryColumns> {
  const ofScope = eq(registryModel.scope, scope);
  const distinct = async (keys: AnyPgColumn) => {
    const key = sql<string>`unnest(${keys})`.as("key");
    const rows = await database.selectDistinct({ key }).from(registryModel).where(ofScope);
    return presentKeys(rows.map((row) => row.key));
  };
  const aliases = await database
    .selectDistinct({ alias: registryAlias.alias })
    .from(registryAlias)
    .innerJoin(registryModel, eq(registryModel.id, registryAlias.modelId))
    .where(ofScope);
  return {
    params: await distinct(registryModel.paramKeys),
    metrics: await distinct(registryModel.metricKeys),
    tags: await distinct(registryModel.tagKeys),
    aliases: aliases.map((row) => row.alias).toSorted(),
  };
}

/** Locks the model's row and gives new keys a place; null when the model is gone. */
export async function growKeys(
  transaction: Queryable,
  modelId: number,
  wanted: Partial<Keys>,
): Promise<Keys | null> {
  const { paramKeys, metricKeys, tagKeys } = registryModel;
  const [known] = await transaction
    .select({ paramKeys, metricKeys, tagKeys })
    .from(registryModel)
    .where(eq(registryModel.id, modelId))
    .for("update");
  if (known === undefined) return null;
  const grown: Keys = {
    paramKeys: placed(known.paramKeys, wanted.paramKeys ?? []),
    metricKeys: placed(known.metricKeys, wanted.metricKeys ?? []),
    tagKeys: placed(known.tagKeys, wanted.tagKeys ?? []),
  };
  const isSame =
    grown.paramKeys === known.paramKeys &&
    grown.metricKeys === known.metricKeys &&
    grown.tagKeys === known.tagKeys;
  if (!isSame) await transaction.update(registryModel).set(grown).where(eq(registryModel.id, modelId));
  return grown;
}

/** The keys with the wanted ones among them: in a free place, else at the end. */
function placed(known: string[], wanted: string[]): string[] {
  const had = new Set(known);
  const added = [...new Set(wanted)].filter((key) => !had.has(key));
  if (added.length === 0) return known;
  const keys = known.map((key) => (key === FREE ? (added.shift() ?? FREE) : key));
  return [...keys, ...added];
}

/** Frees the places of keys that no version of the model has any more. Its row must be locked by an earlier statement. */
export async function freeKeys(transaction: Queryable, modelId: number): Promise<void> {
  const used = (keys: SQL, values: SQL) => sql`array(
    select case when exists (select from registry_version where model_id = ${modelId} and ${values}[place] is not null)
      then key else ${FREE} end
    from unnest(${keys}) with ordinality as keyed(key, place) order by place)`;
  await transaction.execute(sql`
    update registry_model set
      param_keys = ${used(sql.raw("param_keys"), sql.raw("params"))},
      metric_keys = ${used(sql.raw("metric_keys"), sql.raw("metrics"))},
      tag_keys = ${used(sql.raw("tag_keys"), sql.raw("tags"))}
    where id = ${modelId}`);
}

/** The values at the places of their keys. */
export function valuesAt<Value>(keys: string[], values: Record<string, Value>): (Value | null)[] {
  return trimmed(keys.map((key) => (Object.hasOwn(values, key) ? (values[key] ?? null) : null)));
}

/** Places at the end that hold nothing need none. */
function trimmed<Value>(values: (Value | null)[]): (Value | null)[] {
  return values.slice(0, values.findLastIndex((value) => value !== null) + 1);
}
