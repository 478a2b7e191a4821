/**
 * Pages of versions out of the registry index, sorted and filtered by PostgreSQL. Everything that a person has written travels
 * as a parameter; only names of this file become SQL.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Order } from "#domain/columns.ts";
import type { Filter } from "#domain/version-filter.ts";
import type { Database, Queryable } from "./database.ts";
import { createVersionColumns, type VersionColumns } from "./version-columns.ts";
import type { VersionContext } from "./version-places.ts";

export interface VersionListQuery {
  scope: string;
  /** Null for the versions of all models. */
  modelId: number | null;
  filter: Filter | null;
  order: Order;
  /** Of each model only the version that stands first. */
  firstOfEach?: boolean;
  context: VersionContext;
  limit: number;
  offset: number;
}

/** A version's place in the index. */
export interface VersionPlace {
  modelId: number;
  number: number;
}

/** Sorting a registry of 100,000 versions in memory takes this much; and compiling a query takes longer than running it. */
const SETTINGS = sql`select set_config('work_mem', '48MB', true), set_config('jit', 'off', true)`;

/** Finds a page of versions, and how many there are on all pages. */
export async function queryVersions(
  database: Database,
  query: VersionListQuery,
): Promise<{ places: VersionPlace[]; total: number }> {
  const [places, total] = await Promise.all([
    database.transaction(async (transaction) => {
      await transaction.execute(SETTINGS);
      return findPlaces(transaction, query);
    }),
    database.transaction(async (transaction) => {
      await transaction.execute(SETTINGS);
      return count(transaction, query);
    }),
  ]);
  return { places, total };
}

async function findPlaces(database: Queryable, query: VersionListQuery): Promise<VersionPlace[]> {
  const found = selectVersions(query);
  const { rows } = await database.execute<{ model_id: number; number: number }>(
    sql`select model_id, number from (${found.versions}) found
      order by ${found.order}, number desc, name limit ${query.limit} offset ${query.offset}`,
  );
  return rows.map((row) => ({ modelId: row.model_id, number: row.number }));
}

async function count(database: Queryable, query: VersionListQuery): Promise<number> {
  const { versions } = selectVersions(query);
  const { rows } = await database.execute<{ total: number }>(
    sql`select count(*)::int as total from (${versions}) found`,
  );
  return rows[0]?.total ?? 0;
}

/** The versions that meet the filter, with the keys that they are sorted by. */
function selectVersions({ filter, order, firstOfEach = false, context, ...of }: VersionListQuery): {
  versions: SQL;
  order: SQL;
} {
  const columns = createVersionColumns(context);
  const where = filter === null ? sql`true` : meets(columns, filter);
  const keys = columns.sortKeys(order.column, order.descending);
  const names = keys.map((_, at) => sql.raw(`key${at}`));
  const direction = order.descending ? sql`desc` : sql`asc`;
  // What has no value, or none that can be sorted, stands last in both directions.
  const sorted = sql.join(
    names.map((name) => sql`${name} ${direction} nulls last`),
    sql`, `,
  );
  const selected = sql.join(keys.map((key, at) => sql`, ${key} as ${names[at]}`));
  const all = sql`${columns.with(of)} select v.model_id, v.number, m.name${selected} ${columns.from()} where ${where}`;
  const versions = firstOfEach
    ? sql`select distinct on (model_id) * from (${all}) met order by model_id, ${sorted}, number desc`
    : all;
  return { versions, order: sorted };
}

/** A condition that is true or false, never null. */
function meets(columns: VersionColumns, filter: Filter): SQL {
  switch (filter.kind) {
    case "and":
    case "or": {
      const parts = filter.parts.map((part) => meets(columns, part));
      return sql`(${sql.join(parts, filter.kind === "and" ? sql` and ` : sql` or `)})`;
    }
    case "not":
      return sql`not ${meets(columns, filter.part)}`;
    case "in": {
      const { column } = filter;
      const parts = filter.values.map((value) =>
        columns.compares({ kind: "compare", column, comparison: "=", value }),
      );
      return sql`(${sql.join(parts, sql` or `)})`;
    }
    case "compare":
      return columns.compares(filter);
    case "like":
      return columns.resembles(filter);
    case "missing":
      return columns.isMissing(filter.column);
  }
}
