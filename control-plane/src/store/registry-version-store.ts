/**
 * Versions of the registry index, and what was logged for them. Written by the registry room alone; a model's row is locked while
 * its keys grow, so that each key keeps its place however many write at once.
 */
import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { numberOf } from "#domain/number-text.ts";
import type { Database, Queryable } from "./database.ts";
import { registryModel, registryVersion } from "./schema-registry.ts";
import type { VersionPlace } from "./version-query.ts";

/** A version as MLflow's lists tell it. */
export interface ListedVersion {
  number: number;
  createdMs: number;
  status: string;
  description: string;
  fingerprint: string;
  runId: string | null;
  loggedModelId: string | null;
  tags: Record<string, string>;
}

/** What was logged for a version. */
export interface LoggedFacts {
  number: number;
  /** Of the version that it was read for. */
  fingerprint: string;
  params: Record<string, string>;
  /** NaN and infinities as JavaScript's own. */
  metrics: Record<string, number>;
  /** Whether it may still change by itself. */
  changing: boolean;
}

/** A version whose facts are to be read. */
export interface DueVersion {
  modelId: number;
  number: number;
  fingerprint: string;
  runId: string | null;
  loggedModelId: string | null;
}

/** A version as the index has it. */
export interface IndexedVersion {
  modelName: string;
  number: number;
  createdMs: number;
  status: string;
  description: string;
  fingerprint: string;
  params: Record<string, string>;
  metrics: Record<string, number>;
  tags: Record<string, string>;
}

/**
 * Writes versions as MLflow lists them now. What the index has from `from` on and the list lacks is gone. A version that became
 * another one under its number loses what was logged. `updatedMs` is what the model told before they were asked for.
 */
export async function saveVersions(
  database: Database,
  { id: modelId, updatedMs }: { id: number; updatedMs: number },
  { versions, from, at }: { versions: ListedVersion[]; from: number; at: Date },
): Promise<void> {
  await database.transaction(async (transaction) => {
    const keys = await growKeys(transaction, modelId, {
      tagKeys: versions.flatMap(({ tags }) => Object.keys(tags)),
    });
    // Removed while its versions were read.
    if (keys === null) return;
    const rows = versions.map(({ tags, ...version }) => ({
      ...version,
      tags: textsAt(keys.tagKeys, tags),
      tagNumbers: numbersAt(keys.tagKeys, tags),
    }));
    await transaction.execute(sql`
      insert into registry_version as known
        (model_id, number, created_ms, status, description, fingerprint, run_id, logged_model_id, tags, tag_numbers, facts)
      select ${modelId}, number, "createdMs", status, description, fingerprint, "runId", "loggedModelId", tags, "tagNumbers",
        case when "runId" is null and "loggedModelId" is null then 'settled' else 'unread' end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as listed(
        number int, "createdMs" bigint, status text, description text, fingerprint text, "runId" text, "loggedModelId" text,
        tags text[], "tagNumbers" float8[])
      on conflict (model_id, number) do update set
        created_ms = excluded.created_ms, status = excluded.status, description = excluded.description,
        fingerprint = excluded.fingerprint, run_id = excluded.run_id, logged_model_id = excluded.logged_model_id,
        tags = excluded.tags, tag_numbers = excluded.tag_numbers,
        metrics = case when known.fingerprint = excluded.fingerprint then known.metrics else '{}' end,
        params = case when known.fingerprint = excluded.fingerprint then known.params else '{}' end,
        param_numbers = case when known.fingerprint = excluded.fingerprint then known.param_numbers else '{}' end,
        facts = case when known.fingerprint = excluded.fingerprint then known.facts else excluded.facts end
      where (known.status, known.description, known.fingerprint, known.logged_model_id, known.tags)
        is distinct from (excluded.status, excluded.description, excluded.fingerprint, excluded.logged_model_id, excluded.tags)`);
    const numbers = JSON.stringify(versions.map(({ number }) => number));
    await transaction.execute(sql`
      delete from registry_version
      where model_id = ${modelId} and number >= ${from}
        and number not in (select value::int from jsonb_array_elements_text(${numbers}::jsonb))`);
    await transaction
      .update(registryModel)
      .set({ seenAt: at, comparedMs: updatedMs, ...(from <= 1 && { listedAt: at }) })
      .where(eq(registryModel.id, modelId));
  });
}

/** Writes what was logged for versions of a model, as long as they are still the same. */
export async function saveFacts(
  database: Database,
  modelId: number,
  { facts, at }: { facts: LoggedFacts[]; at: Date },
): Promise<void> {
  await database.transaction(async (transaction) => {
    const keys = await growKeys(transaction, modelId, {
      paramKeys: facts.flatMap(({ params }) => Object.keys(params)),
      metricKeys: facts.flatMap(({ metrics }) => Object.keys(metrics)),
    });
    if (keys === null) return;
    const rows = facts.map(({ number, fingerprint, params, metrics, changing }) => ({
      number,
      fingerprint,
      params: textsAt(keys.paramKeys, params),
      paramNumbers: numbersAt(keys.paramKeys, params),
      // JSON knows no NaN; PostgreSQL reads it as a word.
      metrics: trimmed(
        keys.metricKeys.map((key) => (Object.hasOwn(metrics, key) ? String(metrics[key]) : null)),
      ),
      facts: changing ? "changing" : "settled",
    }));
    await transaction.execute(sql`
      update registry_version as known set
        params = read.params, param_numbers = read."paramNumbers", metrics = read.metrics, facts = read.facts,
        facts_read_at = ${at.toISOString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as read(
        number int, fingerprint text, params text[], "paramNumbers" float8[], metrics float8[], facts text)
      where known.model_id = ${modelId} and known.number = read.number and known.fingerprint = read.fingerprint`);
  });
}

/**
 * The versions whose facts are due, of one model or of all of an index: the newest of those that were never read, and without such
 * the longest ago of those that were read before the given times.
 */
export async function dueVersions(
  database: Queryable,
  of: { modelId: number } | { scope: string },
  { changingBefore, settledBefore, limit }: { changingBefore: Date; settledBefore: Date; limit: number },
): Promise<{ versions: DueVersion[]; isNew: boolean }> {
  const { modelId, number, fingerprint, runId, loggedModelId, facts, factsReadAt, createdMs } =
    registryVersion;
  const ofScope = "modelId" in of ? eq(modelId, of.modelId) : eq(registryModel.scope, of.scope);
  const select = (due: SQL | undefined) =>
    database
      .select({ modelId, number, fingerprint, runId, loggedModelId })
      .from(registryVersion)
      .innerJoin(registryModel, eq(registryModel.id, modelId))
      .where(and(ofScope, due))
      .limit(limit);
  const unread = await select(eq(facts, "unread")).orderBy(desc(createdMs), desc(number));
  if (unread.length > 0) return { versions: unread, isNew: true };
  const again = or(
    and(eq(facts, "changing"), lt(factsReadAt, changingBefore)),
    and(eq(facts, "settled"), lt(factsReadAt, settledBefore)),
  );
  return { versions: await select(again).orderBy(factsReadAt), isNew: false };
}

/** How many versions of a model or of all of an index there are, and of how many the facts were not read yet. */
export async function countVersions(
  database: Queryable,
  of: { modelId: number } | { scope: string },
): Promise<{ versions: number; unread: number }> {
  const ofScope =
    "modelId" in of ? eq(registryVersion.modelId, of.modelId) : eq(registryModel.scope, of.scope);
  const [row] = await database
    .select({
      versions: sql<number>`count(*)::int`,
      unread: sql<number>`(count(*) filter (where ${registryVersion.facts} = 'unread'))::int`,
    })
    .from(registryVersion)
    .innerJoin(registryModel, eq(registryModel.id, registryVersion.modelId))
    .where(ofScope);
  return row ?? { versions: 0, unread: 0 };
}

/** Whether the index has a version of that number or a higher one. */
export async function hasVersionsFrom(database: Queryable, modelId: number, from: number): Promise<boolean> {
  const rows = await database
    .select({ number: registryVersion.number })
    .from(registryVersion)
    .where(and(eq(registryVersion.modelId, modelId), gte(registryVersion.number, from)))
    .limit(1);
  return rows.length > 0;
}

/** Reads versions by their places, in that order; one that is gone meanwhile is left out. */
export async function readVersions(database: Queryable, places: VersionPlace[]): Promise<IndexedVersion[]> {
  if (places.length === 0) return [];
  const modelIds = [...new Set(places.map(({ modelId }) => modelId))];
  const models = await database.select().from(registryModel).where(inArray(registryModel.id, modelIds));
  const keysOf = new Map(models.map((model) => [model.id, model]));
  const rows = await database
    .select()
    .from(registryVersion)
    .where(
      sql`(${registryVersion.modelId}, ${registryVersion.number}) in (
        select "modelId", number from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as place("modelId" int, number int))`,
    );
  const byPlace = new Map(rows.map((row) => [placeKey(row), row]));
  return places.flatMap((place) => {
    const row = byPlace.get(placeKey(place));
    const keys = keysOf.get(place.modelId);
    if (row === undefined || keys === undefined) return [];
    const { number, createdMs, status, description, fingerprint } = row;
    return {
      ...{ modelName: keys.name, number, createdMs, status, description, fingerprint },
      params: recordOf(keys.paramKeys, row.params),
      metrics: recordOf(keys.metricKeys, row.metrics),
      tags: recordOf(keys.tagKeys, row.tags),
    };
  });
}

interface Keys {
  paramKeys: string[];
  metricKeys: string[];
  tagKeys: string[];
}

/** Locks the model's row and gives new keys the next places; null when the model is gone. */
async function growKeys(
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
    paramKeys: [...new Set([...known.paramKeys, ...(wanted.paramKeys ?? [])])],
    metricKeys: [...new Set([...known.metricKeys, ...(wanted.metricKeys ?? [])])],
    tagKeys: [...new Set([...known.tagKeys, ...(wanted.tagKeys ?? [])])],
  };
  const same =
    grown.paramKeys.length === known.paramKeys.length &&
    grown.metricKeys.length === known.metricKeys.length &&
    grown.tagKeys.length === known.tagKeys.length;
  if (!same) await transaction.update(registryModel).set(grown).where(eq(registryModel.id, modelId));
  return grown;
}

function textsAt(keys: string[], values: Record<string, string>): (string | null)[] {
  return trimmed(keys.map((key) => (Object.hasOwn(values, key) ? (values[key] ?? null) : null)));
}

/** The texts as numbers, in words where JSON has no number. */
function numbersAt(keys: string[], values: Record<string, string>): (string | null)[] {
  const numbers = textsAt(keys, values).map((text) => (text === null ? null : numberOf(text)));
  return trimmed(numbers.map((number) => (number === null ? null : String(number))));
}

/** Places at the end that hold nothing need none. */
function trimmed<Value>(values: (Value | null)[]): (Value | null)[] {
  return values.slice(0, values.findLastIndex((value) => value !== null) + 1);
}

function recordOf<Value>(keys: string[], values: (Value | null)[]): Record<string, Value> {
  return Object.fromEntries(
    values.flatMap((value, place) => {
      const key = keys[place];
      return value === null || key === undefined ? [] : [[key, value]];
    }),
  );
}

function placeKey({ modelId, number }: VersionPlace): string {
  return `${modelId}/${number}`;
}
