/** Where the values of logged columns lie: each model keeps the values of a key at a place of its own in its versions' arrays. */
import { type SQL, sql } from "drizzle-orm";
import type { Column } from "#domain/columns.ts";

/** A column whose values lie in a version's arrays. */
export interface LoggedColumn {
  kind: "params" | "metrics" | "tags";
  key: string;
}

export function isLogged(column: Column): column is LoggedColumn {
  return column.kind === "params" || column.kind === "metrics" || column.kind === "tags";
}

const ARRAYS: Record<LoggedColumn["kind"], { keys: SQL; values: SQL }> = {
  params: { keys: sql.raw("param_keys"), values: sql.raw("v.params") },
  metrics: { keys: sql.raw("metric_keys"), values: sql.raw("v.metrics") },
  tags: { keys: sql.raw("tag_keys"), values: sql.raw("v.tags") },
};

/**
 * `with`: the models `m` of an index, of the given ids, and the places of the columns that `values` of a version `v` are read from.
 * A key is only ever a parameter.
 */
export function placesOf(
  columns: LoggedColumn[],
  { scope, modelIds }: { scope: string; modelIds: number[] },
): { models: SQL; values: SQL[] } {
  const places = columns.map(({ kind, key }, at) => {
    const place = sql.raw(`place${at}`);
    return {
      found: sql`, array_position(${ARRAYS[kind].keys}, ${key}::text) as ${place}`,
      value: sql`${ARRAYS[kind].values}[m.${place}]`,
    };
  });
  // As an array PostgreSQL knows how many there are, and reads few models by their index.
  const ofThese = sql`id = any(${`{${modelIds.join(",")}}`}::int[])`;
  return {
    models: sql`with m as materialized (
      select id, name${sql.join(places.map(({ found }) => found))} from registry_model where scope = ${scope} and ${ofThese})`,
    values: places.map(({ value }) => value),
  };
}
