/** Versions of the registry index, and what was logged for them. Written by the registry room alone. */
import { and, desc, eq, gte, lt, or, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "./database.ts";
import { CHANGED_NOW } from "./registry-index-store.ts";
import { freeKeys, growKeys, valuesAt } from "./registry-keys.ts";
import { registryModel, registryVersion } from "./schema-registry.ts";

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

/**
 * Writes versions as MLflow lists them now. What the index has from `from` on and the list lacks is gone; without `from` these are
 * just some versions. A version that became another one under its number loses what was logged. `updatedMs` is what the model told
 * before they were asked for, `digest` what tells a list of the newest versions from another one.
 */
export async function saveVersions(
  database: Queryable,
  { id: modelId, updatedMs }: { id: number; updatedMs: number },
  {
    versions,
    from,
    digest,
    at,
  }: { versions: ListedVersion[]; from: number | null; digest: string | null; at: Date },
): Promise<void> {
  await database.transaction(async (transaction) => {
    const keys = await growKeys(transaction, modelId, {
      tagKeys: versions.flatMap(({ tags }) => Object.keys(tags)),
    });
    // Removed while its versions were read.
    if (keys === null) return;
    const rows = versions.map(({ tags, ...version }) => ({
      ...version,
      tags: valuesAt(keys.tagKeys, tags),
    }));
    const written = await transaction.execute(sql`
      insert into registry_version as known
        (model_id, number, created_ms, status, description, fingerprint, run_id, logged_model_id, tags, facts)
      select ${modelId}, number, "createdMs", status, description, fingerprint, "runId", "loggedModelId", tags,
        case when "runId" is null and "loggedModelId" is null then 'settled' else 'unread' end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as listed(
        number int, "createdMs" bigint, status text, description text, fingerprint text, "runId" text, "loggedModelId" text,
        tags text[])
      on conflict (model_id, number) do update set
        created_ms = excluded.created_ms, status = excluded.status, description = excluded.description,
        fingerprint = excluded.fingerprint, run_id = excluded.run_id, logged_model_id = excluded.logged_model_id,
        tags = excluded.tags,
        metrics = case when known.fingerprint = excluded.fingerprint then known.metrics else '{}' end,
        params = case when known.fingerprint = excluded.fingerprint then known.params else '{}' end,
        facts = case when known.fingerprint = excluded.fingerprint then known.facts else excluded.facts end
      where (known.status, known.description, known.fingerprint, known.logged_model_id, known.tags)
        is distinct from (excluded.status, excluded.description, excluded.fingerprint, excluded.logged_model_id, excluded.tags)`);
    const hasWritten = (written.rowCount ?? 0) > 0;
    if (from === null) {
      await transaction
        .update(registryModel)
        .set({ newestDigest: null, ...(hasWritten && CHANGED_NOW) })
        .where(eq(registryModel.id, modelId));
      return;
    }
    const numbers = JSON.stringify(versions.map(({ number }) => number));
    const removed = await transaction.execute(sql`
      delete from registry_version
      where model_id = ${modelId} and number >= ${from}
        and number not in (select value::int from jsonb_array_elements_text(${numbers}::jsonb))`);
    if (from <= 1) await freeKeys(transaction, modelId);
    const isChanged = hasWritten || (removed.rowCount ?? 0) > 0;
    const listed = {
      seenAt: at,
      comparedMs: updatedMs,
      newestDigest: digest,
      ...(from <= 1 && { listedAt: at }),
    };
    await transaction
      .update(registryModel)
      .set({ ...listed, ...(isChanged && CHANGED_NOW) })
      .where(eq(registryModel.id, modelId));
  });
}

/** Notes that the newest versions were compared and are as they were. */
export async function touchVersions(
  database: Queryable,
  { id, updatedMs }: { id: number; updatedMs: number },
  at: Date,
): Promise<void> {
  await database
    .update(registryModel)
    .set({ seenAt: at, comparedMs: updatedMs })
    .where(eq(registryModel.id, id));
}

/** Forgets a version that MLflow no longer has. */
export async function removeVersion(database: Database, modelId: number, number: number): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.update(registryModel).set(CHANGED_NOW).where(eq(registryModel.id, modelId));
    await transaction
      .delete(registryVersion)
      .where(and(eq(registryVersion.modelId, modelId), eq(registryVersion.number, number)));
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
      params: valuesAt(keys.paramKeys, params),
      // JSON knows no NaN; PostgreSQL reads it as a word.
      metrics: valuesAt(keys.metricKeys, metrics).map((value) => (value === null ? null : String(value))),
      facts: changing ? "changing" : "settled",
    }));
    const same = sql`known.model_id = ${modelId} and known.number = read.number and known.fingerprint = read.fingerprint`;
    const { rows: told } = await transaction.execute<{ differs: boolean }>(sql`
      with read as (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as read(
          number int, fingerprint text, params text[], metrics float8[], facts text)
      ), written as (
        update registry_version as known set
          params = read.params, metrics = read.metrics, facts = read.facts,
          facts_read_at = ${at.toISOString()}::timestamptz
        from read where ${same}
      )
      select exists (
        select from read join registry_version known on ${same}
        where (known.params, known.metrics) is distinct from (read.params, read.metrics)) as differs`);
    if (told[0]?.differs !== true) return;
    await transaction.update(registryModel).set(CHANGED_NOW).where(eq(registryModel.id, modelId));
  });
}

/**
 * The versions of an index whose facts are due: the newest of those that were never read, and without such the longest ago of those
 * that were read before the given times.
 */
export async function dueVersions(
  database: Queryable,
  scope: string,
  { changingBefore, settledBefore, limit }: { changingBefore: Date; settledBefore: Date; limit: number },
): Promise<{ versions: DueVersion[]; isNew: boolean }> {
  const { createdMs, number, facts, factsReadAt } = registryVersion;
  const ofScope = eq(registryModel.scope, scope);
  const unread = await selectDue(database, and(ofScope, eq(facts, "unread")))
    .orderBy(desc(createdMs), desc(number))
    .limit(limit);
  if (unread.length > 0) return { versions: unread, isNew: true };
  const again = or(
    and(eq(facts, "changing"), lt(factsReadAt, changingBefore)),
    and(eq(facts, "settled"), lt(factsReadAt, settledBefore)),
  );
  const read = await selectDue(database, and(ofScope, again)).orderBy(factsReadAt).limit(limit);
  return { versions: read, isNew: false };
}

/** The same of one model, without what has settled. */
export async function openVersions(
  database: Queryable,
  modelId: number,
  { changingBefore, limit }: { changingBefore: Date; limit: number },
): Promise<{ versions: DueVersion[]; isNew: boolean }> {
  const { createdMs, number, facts, factsReadAt } = registryVersion;
  const due = or(eq(facts, "unread"), and(eq(facts, "changing"), lt(factsReadAt, changingBefore)));
  const versions = await selectDue(database, and(eq(registryVersion.modelId, modelId), due))
    .orderBy(desc(sql`${facts} = 'unread'`), desc(createdMs), desc(number))
    .limit(limit);
  return { versions, isNew: versions.some(({ isUnread }) => isUnread) };
}

function selectDue(database: Queryable, due: SQL | undefined) {
  const { modelId, number, fingerprint, runId, loggedModelId, facts } = registryVersion;
  const isUnread = sql<boolean>`${facts} = 'unread'`;
  return database
    .select({ modelId, number, fingerprint, runId, loggedModelId, isUnread })
    .from(registryVersion)
    .innerJoin(registryModel, eq(registryModel.id, modelId))
    .where(due);
}

/** The versions of one model, or of all of an index. */
export type VersionScope = { modelId: number } | { scope: string };

/** How many versions there are, and of how many parameters and metrics were not read yet, at one moment. */
export async function countVersions(
  database: Queryable,
  of: VersionScope,
): Promise<{ versions: number; unread: number }> {
  const { rows } = await database.execute<{ versions: number; unread: number }>(sql`select
    (select count(*)::int from registry_version where ${within(of)}) as versions,
    (select count(*)::int from registry_version where ${within(of)} and facts = 'unread') as unread`);
  return rows[0] ?? { versions: 0, unread: 0 };
}

/** Of how many versions parameters and metrics were not read yet. */
export function countUnread(database: Queryable, of: VersionScope): Promise<number> {
  return database.$count(registryVersion, and(within(of), eq(registryVersion.facts, "unread")));
}

function within(of: VersionScope): SQL {
  if ("modelId" in of) return eq(registryVersion.modelId, of.modelId);
  return sql`${registryVersion.modelId} in (select id from registry_model where scope = ${of.scope})`;
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
