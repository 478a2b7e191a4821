/** Columns of the versions table: what they read from a version, and how they sort. */

import { BENCHMARK_COLUMNS } from "@slipway/contracts/api/benchmark";
import type { MetricValue } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";

const KINDS = ["params", "metrics", "tags", "benchmark"] as const;
const PLAIN = ["version", "registeredAt", "aliases", "deployedBy", "status", "description"] as const;

/** `params.C`, `metrics.accuracy`, `tags.stage`, `benchmark.p99Ms`, or a plain property. */
export type Column =
  | { kind: (typeof KINDS)[number]; key: string }
  | { kind: (typeof PLAIN)[number]; key: null };

/** What sorting and filtering see of a version. */
export interface Row {
  version: string;
  registeredAt: string;
  aliases: string[];
  deployedBy: { name: string }[];
  status: string;
  description: string;
  params: Record<string, string>;
  metrics: Record<string, MetricValue>;
  tags: Record<string, string>;
  benchmark: Record<string, number>;
}

/** Reads a column's name; null when there is none of that name. */
export function parseColumn(text: string): Column | null {
  const plain = PLAIN.find((name) => name === text);
  if (plain !== undefined) return { kind: plain, key: null };
  const dotted = /^(params|metrics|tags|benchmark)\.(.+)$/s.exec(text);
  const kind = KINDS.find((name) => name === dotted?.[1]);
  const key = dotted?.[2]?.replace(/^([`"])(.+)\1$/s, "$2");
  if (kind === undefined || key === undefined) return null;
  return kind === "benchmark" && !BENCHMARK_COLUMNS.some((name) => name === key) ? null : { kind, key };
}

/** Reads the chosen columns. @throws AppError `invalid_request` naming the wrong one. */
export function parseColumns(texts: string[]): Column[] {
  return texts.map((text) => parseColumn(text) ?? fail("columns", text));
}

export interface Order {
  column: Column;
  descending: boolean;
}

/** Reads `metrics.accuracy desc`. Without a text: newest version first. */
export function parseOrder(text: string | undefined): Order {
  const parts = /^(.*?)(?:\s+(asc|desc))?$/is.exec(text?.trim() || "version desc");
  const name = parts?.[1] ?? "";
  const column = parseColumn(name) ?? fail("orderBy", name);
  return { column, descending: parts?.[2]?.toLowerCase() === "desc" };
}

/** Sorts rows; what lacks a value, and NaN, comes last in both directions, and equals stand newest first. */
export function sortRows<R extends Row>(rows: R[], { column, descending }: Order): R[] {
  const keyed = rows.map((row) => ({ row, value: sortValue(row, column) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      if (a.value !== b.value) return a.value === null ? 1 : -1;
    } else {
      const order = compareValues(a.value, b.value);
      if (order !== 0) return descending ? -order : order;
    }
    return Number(b.row.version) - Number(a.row.version);
  });
  return keyed.map(({ row }) => row);
}

/** A column's value of a row as it is compared: numbers where it reads as one. */
export function sortValue(row: Row, column: Column): number | string | null {
  switch (column.kind) {
    case "version":
      return Number(row.version);
    case "registeredAt":
      return row.registeredAt;
    case "aliases":
      return row.aliases.length === 0 ? null : row.aliases.join(", ");
    case "deployedBy":
      return row.deployedBy.length === 0 ? null : row.deployedBy.map(({ name }) => name).join(", ");
    case "status":
    case "description":
      return row[column.kind] || null;
    case "benchmark":
      return own(row.benchmark, column.key) ?? null;
    case "metrics":
      return metricNumber(own(row.metrics, column.key));
    case "params":
    case "tags":
      return numberOrText(own(row[column.kind], column.key));
  }
}

/** Numbers before texts; texts by their letters, digits inside them by value. */
export function compareValues(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a < b ? -1 : 1;
  if (typeof a === "string" && typeof b === "string") return TEXT.compare(a, b);
  return typeof a === "number" ? -1 : 1;
}

const TEXT = new Intl.Collator("en", { numeric: true });

function metricNumber(value: MetricValue | undefined): number | null {
  if (value === undefined || value === "NaN") return null;
  return typeof value === "number" ? value : value === "Infinity" ? Infinity : -Infinity;
}

function numberOrText(text: string | undefined): number | string | null {
  if (text === undefined || text === "" || /^nan$/i.test(text)) return null;
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Keeps the chosen keys of a record. */
export function pick<Value>(
  record: Record<string, Value>,
  columns: Column[],
  kind: (typeof KINDS)[number],
): Record<string, Value> {
  const chosen: [string, Value][] = [];
  for (const column of columns) {
    if (column.kind !== kind) continue;
    const value = own(record, column.key);
    if (value !== undefined) chosen.push([column.key, value]);
  }
  return Object.fromEntries(chosen);
}

function fail(field: string, text: string): never {
  const message = `There is no column '${text}'. Write version, registeredAt, aliases, deployedBy, params.<name>, metrics.<name>, tags.<name> or benchmark.<${BENCHMARK_COLUMNS.join(", ")}>.`;
  throw new AppError("invalid_request", message, { details: { errors: [{ field, message }] } });
}
