/**
 * What the registry index has of versions: whole versions by their places, and columns of many versions for the tables in memory.
 * Everything that a person has written travels as a parameter; only names of these files become SQL.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Column } from "#domain/columns.ts";
import type { Queryable } from "./database.ts";
import { isLogged, type LoggedColumn, placesOf } from "./logged-places.ts";

/** A version as the index has it, with the chosen columns. */
export interface IndexedVersion {
  modelName: string;
  number: number;
  createdMs: number;
  status: string;
  description: string;
  fingerprint: string;
  aliases: string[];
  params: Record<string, string>;
  /** NaN and infinities as JavaScript's own. */
  metrics: Record<string, number>;
  tags: Record<string, string>;
}

type VersionRow = Omit<IndexedVersion, "params" | "metrics" | "tags"> & Record<`c${number}`, unknown>;

/** A version's place in the index. */
export interface VersionPlace {
  modelId: number;
  number: number;
}

/** Reads versions by their places, in that order, with what is chosen of their logged values and tags; one that is gone meanwhile is left out. */
export async function readVersions(
  database: Queryable,
  places: VersionPlace[],
  { scope, columns }: { scope: string; columns: Column[] },
): Promise<IndexedVersion[]> {
  if (places.length === 0) return [];
  const logged = columns.filter(isLogged);
  const modelIds = [...new Set(places.map(({ modelId }) => modelId))];
  const { models, values } = placesOf(logged, { scope, modelIds });
  const numbered = JSON.stringify(places.map((place, at) => ({ ...place, at })));
  const { rows } = await database.execute<VersionRow>(sql`
    ${models} select m.name as "modelName", v.number, v.created_ms::float8 as "createdMs", v.status, v.description, v.fingerprint,
      array(select alias from registry_alias named where named.model_id = v.model_id and named.number = v.number order by alias) as aliases
      ${sql.join(values.map((value, at) => sql`, ${value} as ${sql.raw(`c${at}`)}`))}
    from jsonb_to_recordset(${numbered}::jsonb) as place("modelId" int, number int, at int)
    join m on m.id = place."modelId"
    join registry_version v on v.model_id = place."modelId" and v.number = place.number
    order by place.at`);
  return rows.map((row) => toVersion(row, logged));
}

function toVersion(row: VersionRow, logged: LoggedColumn[]): IndexedVersion {
  const { modelName, number, createdMs, status, description, fingerprint, aliases } = row;
  const version: IndexedVersion = {
    ...{ modelName, number, createdMs, status, description, fingerprint, aliases },
    ...{ params: {}, metrics: {}, tags: {} },
  };
  for (const [at, { kind, key }] of logged.entries()) {
    const value = row[`c${at}`];
    if (kind === "metrics" && typeof value === "number") version.metrics[key] = value;
    else if (kind !== "metrics" && typeof value === "string") version[kind][key] = value;
  }
  return version;
}

/** A model, and in which transaction it, its aliases or its versions changed last. */
export interface ModelState {
  id: number;
  name: string;
  changed: string;
}

/**
 * The models of an index that may have changed since an earlier look, all without one, and how many there are. `seen` is what the
 * next look begins from: the oldest transaction that could not be seen in full.
 */
export async function lookAtModels(
  database: Queryable,
  scope: string,
  since: string | null,
): Promise<{ models: ModelState[]; count: number; seen: string }> {
  const ofScope = sql`scope = ${scope}`;
  const { rows } = await database.execute<{ models: ModelState[]; count: number; seen: string }>(sql`select
    pg_snapshot_xmin(pg_current_snapshot())::text as seen,
    (select count(*)::int from registry_model where ${ofScope}) as count,
    (select coalesce(json_agg(json_build_object('id', id, 'name', name, 'changed', changed::text)), '[]')
      from registry_model where ${ofScope} and changed >= ${since ?? "0"}::bigint) as models`);
  const [look] = rows;
  if (look === undefined) throw new Error("a query without conditions gave no row");
  return look;
}

/** A column that the index has of each version. */
export type StoredColumn =
  | LoggedColumn
  | { kind: "registeredAt" | "status" | "description" | "aliases"; key: null };

/** What a version has in a column: a metric that is no number stands as a word, and what a version lacks is null. */
export type StoredValue = number | string | string[] | null;

/** The versions of a model by ascending number, and for each column their values in that order. */
export interface ModelValues {
  modelId: number;
  numbers: number[];
  values: StoredValue[][];
}

/** Reads columns of all versions of models; a model without versions is left out. */
export async function readValues(
  database: Queryable,
  { scope, modelIds, columns }: { scope: string; modelIds: number[]; columns: StoredColumn[] },
): Promise<ModelValues[]> {
  const { models, values: logged } = placesOf(columns.filter(isLogged), { scope, modelIds });
  const values = columns.map(
    (column) => (isLogged(column) ? logged.shift() : PLAIN[column.kind]) ?? sql`null`,
  );
  const aliases = columns.some(({ kind }) => kind === "aliases")
    ? sql`left join (select model_id, number, json_agg(alias order by alias) as names from registry_alias group by 1, 2) named
        on named.model_id = v.model_id and named.number = v.number`
    : sql``;
  const told = values.map((value, at) => sql`, json_agg(${value} order by v.number) as ${sql.raw(`c${at}`)}`);
  const { rows } = await database.execute<
    { modelId: number; numbers: number[] } & Record<`c${number}`, StoredValue[]>
  >(sql`${models} select v.model_id as "modelId", json_agg(v.number order by v.number) as numbers${sql.join(told)}
    from m join registry_version v on v.model_id = m.id ${aliases} group by v.model_id`);
  return rows.map(({ modelId, numbers, ...row }) => ({
    ...{ modelId, numbers },
    values: columns.map((_, at) => row[`c${at}`] ?? []),
  }));
}

const PLAIN: Record<"registeredAt" | "status" | "description" | "aliases", SQL> = {
  registeredAt: sql.raw("v.created_ms"),
  status: sql.raw("v.status"),
  description: sql.raw("nullif(v.description, '')"),
  aliases: sql.raw("named.names"),
};

/** Which of the versions there are under that fingerprint, by their place in the list. */
export async function findFingerprints(
  database: Queryable,
  scope: string,
  versions: { modelName: string; number: number; fingerprint: string }[],
): Promise<Set<number>> {
  if (versions.length === 0) return new Set();
  const numbered = JSON.stringify(versions.map((version, at) => ({ ...version, at })));
  const { rows } = await database.execute<{ at: number }>(sql`
    select given.at from jsonb_to_recordset(${numbered}::jsonb) as given("modelName" text, number int, fingerprint text, at int)
    join registry_model m on m.scope = ${scope} and m.name = given."modelName"
    join registry_version v on v.model_id = m.id and v.number = given.number and v.fingerprint = given.fingerprint`);
  return new Set(rows.map(({ at }) => at));
}
