/**
 * Sorts, filters and pages the versions of all indexes, out of columns that are kept in memory: to go through 100,000 rows of a
 * database takes ten times as long. Where a version is found, the database is asked for the rest of it.
 */
import { LRUCache } from "lru-cache";
import type { Column, Order } from "#domain/columns.ts";
import { type Filter, filterColumns } from "#domain/version-filter.ts";
import type { Database } from "#store/database.ts";
import { isLogged } from "#store/logged-places.ts";
import { findFingerprints, type StoredColumn, type VersionPlace } from "#store/version-values.ts";
import type { Logger } from "#telemetry/logger.ts";
import { KeptTable } from "./kept-table.ts";
import { matching } from "./matching.ts";
import type { Rows, TableColumn } from "./rows.ts";
import { type Compare, firstOfEach, rowOrder, sortedPage } from "./sorting.ts";
import type { VersionContext } from "./version-context.ts";

const TABLES_MAX = 100;
const UNUSED_MS_MAX = 30 * 60_000;
/** Of all tables together: 100,000 versions take 1.6 MB a metric, and some 40 MB a parameter that differs in each. */
const BYTES_MAX = 512 * 1024 * 1024;

/** Which versions. */
export interface TableQuery {
  scope: string;
  /** Null for the versions of all models. */
  modelId: number | null;
  filter: Filter | null;
  context: VersionContext;
}

export interface SortedQuery extends TableQuery {
  order: Order;
  /** Of each model only the version that stands first. */
  firstOfEach?: boolean;
}

export interface FiniteRange {
  metric: string;
  /** Null of none. */
  min: number | null;
  max: number | null;
  count: number;
}

export interface VersionTables {
  /** Finds a page of versions, and how many there are on all pages. */
  page(
    query: SortedQuery & { offset: number; limit: number },
  ): Promise<{ places: VersionPlace[]; total: number }>;
  /** Finds the places of all versions, sorted, as they are at one moment. */
  places(query: SortedQuery): Promise<VersionPlace[]>;
  /** The smallest and largest finite value of each metric, and how many there are. */
  ranges(query: TableQuery, metrics: string[]): Promise<FiniteRange[]>;
  /** Reads columns in the background that are likely to be asked for next. */
  prepare(of: Pick<TableQuery, "scope" | "modelId">, columns: Column[]): void;
}

/** Makes the tables. They fill as they are asked for, and are emptied when they take more than `bytesMax`. */
export function createVersionTables(
  database: Database,
  { logger, bytesMax = BYTES_MAX }: { logger?: Logger | undefined; bytesMax?: number } = {},
): VersionTables {
  const tables = new LRUCache<string, KeptTable>({
    max: TABLES_MAX,
    ttl: UNUSED_MS_MAX,
    updateAgeOnGet: true,
  });

  function tableOf(scope: string): KeptTable {
    const known = tables.get(scope) ?? new KeptTable(database, scope);
    tables.set(scope, known);
    const bytes = [...tables.values()].reduce((sum, table) => sum + table.bytes, 0);
    if (bytes > bytesMax) for (const table of tables.values()) table.clear();
    return known;
  }

  async function open(query: TableQuery, used: Column[]): Promise<OpenTable> {
    const columns = [...used, ...(query.filter === null ? [] : filterColumns(query.filter))];
    const rows = await tableOf(query.scope).open(columns.filter(isStored), query.modelId);
    const context = columns.some(({ kind }) => kind === "benchmark")
      ? await ofThisVersion(database, query)
      : query.context;
    return { rows, columnOf: (column) => columnOf(rows, column, context) };
  }

  async function sorted(query: SortedQuery): Promise<{ rows: Rows; found: number[]; compare: Compare }> {
    const { order, filter } = query;
    const { rows, columnOf } = await open(query, [order.column]);
    const compare = rowOrder(rows, columnOf(order.column), order.descending);
    const found = meeting(rows, filter, columnOf);
    return { rows, compare, found: query.firstOfEach ? firstOfEach(rows, found, compare) : found };
  }

  async function readAhead({ scope, modelId }: Pick<TableQuery, "scope" | "modelId">, columns: Column[]) {
    const table = tableOf(scope);
    const stored = columns.filter(isStored);
    if (table.lacks(stored, modelId)) await table.open(stored, modelId);
  }

  return {
    async page(query) {
      const { rows, found, compare } = await sorted(query);
      const total = found.length;
      return { places: sortedPage(found, compare, query).map((row) => rows.placeAt(row)), total };
    },
    async places(query) {
      const { rows, found, compare } = await sorted(query);
      return found.sort(compare).map((row) => rows.placeAt(row));
    },
    async ranges(query, metrics) {
      const columns = metrics.map((key) => ({ kind: "metrics", key }) as const);
      const { rows, columnOf } = await open(query, columns);
      const found = meeting(rows, query.filter, columnOf);
      return columns.map((column) => ({ metric: column.key, ...rangeOf(columnOf(column), found) }));
    },
    prepare(of, columns) {
      readAhead(of, columns).catch((error: unknown) =>
        logger?.warn({ err: error }, "columns of versions could not be read ahead"),
      );
    },
  };
}

interface OpenTable {
  rows: Rows;
  columnOf: (column: Column) => TableColumn;
}

function isStored(column: Column): column is StoredColumn {
  return isLogged(column) || ["registeredAt", "status", "description", "aliases"].includes(column.kind);
}

/** The context with what was measured of the versions that are there under their numbers now. */
async function ofThisVersion(
  database: Database,
  { scope, context }: Pick<TableQuery, "scope" | "context">,
): Promise<VersionContext> {
  const same = await findFingerprints(database, scope, context.measured);
  return { ...context, measured: context.measured.filter((_, at) => same.has(at)) };
}

function columnOf(rows: Rows, column: Column, { deployed, measured }: VersionContext): TableColumn {
  if (isStored(column)) return rows.stored(column);
  const { kind, key } = column;
  if (kind === "name") return rows.names();
  if (kind === "version") return rows.versions();
  if (key === null) {
    const names = new Array<string[] | null>(rows.count).fill(null);
    for (const version of deployed) {
      const row = rows.rowOf(version.modelName, version.number);
      if (row !== null) names[row] = version.names;
    }
    return rows.texts(column, names);
  }
  const values = new Float64Array(rows.count).fill(Number.NaN);
  for (const version of measured) {
    const row = rows.rowOf(version.modelName, version.number);
    if (row !== null) values[row] = version.figures[key] ?? Number.NaN;
  }
  return { kind: "numbers", values };
}

function meeting(rows: Rows, filter: Filter | null, columnOf: OpenTable["columnOf"]): number[] {
  const found: number[] = [];
  const mask = filter === null ? null : matching(filter, rows.count, columnOf);
  for (let row = 0; row < rows.count; row++) if (mask === null || mask[row] === 1) found.push(row);
  return found;
}

function rangeOf(column: TableColumn, found: number[]): Omit<FiniteRange, "metric"> {
  if (column.kind !== "numbers") throw new Error("a metric is a column of numbers");
  let [min, max, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const row of found) {
    const value = column.values[row] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return count === 0 ? { min: null, max: null, count } : { min, max, count };
}
