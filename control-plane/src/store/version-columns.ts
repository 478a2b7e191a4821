/** What the columns of versions are in SQL, and which tables a query needs for those that it uses. */
import { type SQL, sql } from "drizzle-orm";
import type { Column } from "#domain/columns.ts";
import { numberOf } from "#domain/number-text.ts";
import type { Comparison, Filter } from "#domain/version-filter.ts";
import { createJoins, createSlots, type VersionContext } from "./version-places.ts";

type Compare = Extract<Filter, { kind: "compare" }>;
type Like = Extract<Filter, { kind: "like" }>;

/** The columns of one query. They note what is used of them, so that `with` and `from` come after all of the rest. */
export interface VersionColumns {
  /** Whether the comparison holds: true or false, never null. */
  compares(condition: Compare): SQL;
  resembles(condition: Like): SQL;
  isMissing(column: Column): SQL;
  /** By what a column is sorted, from the first key on; what sorts last is null. */
  sortKeys(column: Column, descending: boolean): SQL[];
  /** `with`: the models as `m`. */
  with(of: { scope: string; modelId: number | null }): SQL;
  /** `from`: the versions as `v`, and their models. */
  from(): SQL;
}

/** What a column holds. */
type Value =
  | { type: "number"; value: SQL }
  | { type: "text"; value: SQL; number: SQL | null }
  | { type: "names"; value: SQL };

/** Collation of migration 0003: letters as in English, digits inside a text by their value. */
const NATURAL = sql.raw(`collate "slipway_natural"`);

const COMPARISONS: Record<Comparison, SQL> = {
  "=": sql.raw("="),
  "!=": sql.raw("<>"),
  ">": sql.raw(">"),
  ">=": sql.raw(">="),
  "<": sql.raw("<"),
  "<=": sql.raw("<="),
};

export function createVersionColumns(context: VersionContext): VersionColumns {
  const slots = createSlots();
  const joins = createJoins(context);
  const places = { slots, joins };

  return {
    compares({ column, comparison, value }) {
      const held = heldBy(column, places);
      switch (held.type) {
        case "number":
          return comparesNumber(held.value, comparison, numberIn(column, value));
        case "text":
          return comparesText(held, comparison, value);
        case "names":
          return comparison === "="
            ? sql`coalesce(${value}::text = any(${held.value}), false)`
            : sql`coalesce(${value}::text <> all(${held.value}), true)`;
      }
    },
    resembles({ column, pattern, ignoreCase }) {
      const held = heldBy(column, places);
      const like = ignoreCase ? sql.raw("ilike") : sql.raw("like");
      if (held.type !== "names") return sql`coalesce(${held.value} ${like} ${pattern} escape '', false)`;
      return sql`exists (select from unnest(${held.value}) as each(name) where each.name ${like} ${pattern} escape '')`;
    },
    isMissing(column) {
      const held = heldBy(column, places);
      if (held.type === "number") return sql`(nullif(${held.value}, 'NaN') is null)`;
      if (held.type === "names" || held.number === null) return sql`(${held.value} is null)`;
      return sql`(${held.value} is null or coalesce(${held.number} = 'NaN', false))`;
    },
    sortKeys(column, descending) {
      const held = heldBy(column, places);
      if (held.type === "number") return [finite(held.value)];
      if (held.type === "names") return [sql`array_to_string(${held.value}, ', ') ${NATURAL}`];
      if (held.number === null) return [sql`${held.value} ${NATURAL}`];
      // Numbers stand before texts, and after them in the other direction.
      const [texts, numbers] = [sql.raw("1"), sql.raw("0")];
      const kind = sql`case when ${finite(held.number)} is not null then ${numbers} when ${held.value} is not null and ${held.number} is null then ${texts} end`;
      const text = sql`case when ${held.number} is null then ${held.value} end ${NATURAL}`;
      return descending ? [kind, text, finite(held.number)] : [kind, finite(held.number), text];
    },
    with: ({ scope, modelId }) => sql`with m as materialized (
      select id, name${slots.columns()} from registry_model
      where scope = ${scope} and ${modelId === null ? sql`true` : sql`id = ${modelId}`})`,
    from: () => sql`from m join registry_version v on v.model_id = m.id ${joins.tables()}`,
  };
}

interface Places {
  slots: ReturnType<typeof createSlots>;
  joins: ReturnType<typeof createJoins>;
}

/** What a column of a version holds. */
function heldBy(column: Column, { slots, joins }: Places): Value {
  switch (column.kind) {
    case "metrics":
      return { type: "number", value: sql`v.metrics[${slots.of({ kind: column.kind, key: column.key })}]` };
    case "params": {
      const slot = slots.of({ kind: column.kind, key: column.key });
      return { type: "text", value: sql`v.params[${slot}]`, number: sql`v.param_numbers[${slot}]` };
    }
    case "tags": {
      const slot = slots.of({ kind: column.kind, key: column.key });
      return { type: "text", value: sql`v.tags[${slot}]`, number: sql`v.tag_numbers[${slot}]` };
    }
    case "benchmark":
      return { type: "number", value: joins.measured(column.key) };
    case "version":
      return { type: "number", value: sql`v.number::float8` };
    case "registeredAt":
      return { type: "number", value: sql`v.created_ms::float8` };
    case "aliases":
      return { type: "names", value: joins.aliases() };
    case "deployedBy":
      return { type: "names", value: joins.deployed() };
    case "name":
      return { type: "text", value: sql`m.name`, number: null };
    case "status":
      return { type: "text", value: sql`v.status`, number: null };
    case "description":
      return { type: "text", value: sql`nullif(v.description, '')`, number: null };
  }
}

function finite(value: SQL): SQL {
  return sql`case when ${value} < 'Infinity' and ${value} > '-Infinity' then ${value} end`;
}

function comparesNumber(value: SQL, comparison: Comparison, number: number): SQL {
  return sql`coalesce(nullif(${value}, 'NaN') ${COMPARISONS[comparison]} ${String(number)}::float8, false)`;
}

/** Values that are numbers are compared with numbers by value, all others as texts. */
function comparesText(
  { value, number }: Extract<Value, { type: "text" }>,
  comparison: Comparison,
  wanted: string,
): SQL {
  const operator = COMPARISONS[comparison];
  const wantedNumber = numberOf(wanted);
  const isNumber = wantedNumber !== null && !Number.isNaN(wantedNumber);
  if (comparison === "=" || comparison === "!=") {
    const same =
      isNumber && number !== null
        ? sql`coalesce(${number} = ${String(wantedNumber)}::float8, false)`
        : sql`${value} = ${wanted}`;
    if (comparison === "=") return sql`coalesce(${same}, false)`;
    const present = number === null ? sql`true` : sql`coalesce(${number} <> 'NaN', true)`;
    return sql`coalesce(${value} is not null and ${present} and not ${same}, false)`;
  }
  if (number === null) return sql`coalesce(${value} ${operator} ${wanted} ${NATURAL}, false)`;
  if (isNumber) return comparesNumber(number, comparison, wantedNumber);
  return sql`coalesce(${number} is null and ${value} ${operator} ${wanted} ${NATURAL}, false)`;
}

/** The parser has checked that it is one. */
function numberIn({ kind }: Column, value: string): number {
  return kind === "registeredAt" ? Date.parse(value) : Number(numberOf(value));
}
