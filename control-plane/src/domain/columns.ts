/** Columns of the versions table: what they are called and what they read from a version. */
import { BENCHMARK_COLUMNS } from "@slipway/contracts/api/benchmark";
import { AppError } from "@slipway/contracts/errors";

const KEYED = ["params", "metrics", "tags", "benchmark"] as const;
const PLAIN = ["name", "version", "registeredAt", "aliases", "deployedBy", "status", "description"] as const;

/** `params.C`, `metrics.accuracy`, `tags.stage`, `benchmark.p99Ms`, or a property that each version has. */
export type Column =
  | { kind: (typeof KEYED)[number]; key: string }
  | { kind: (typeof PLAIN)[number]; key: null };

/** Reads a column's name; null when there is none of that name. */
export function parseColumn(text: string): Column | null {
  const plain = PLAIN.find((name) => name === text);
  if (plain !== undefined) return { kind: plain, key: null };
  const dotted = /^(params|metrics|tags|benchmark)\.(.+)$/s.exec(text);
  const kind = KEYED.find((name) => name === dotted?.[1]);
  const key = dotted?.[2]?.replace(/^([`"])(.+)\1$/s, "$2");
  if (kind === undefined || key === undefined || key.includes("\0")) return null;
  return kind === "benchmark" && !BENCHMARK_COLUMNS.some((name) => name === key) ? null : { kind, key };
}

/** Reads the chosen columns. @throws AppError `invalid_request` naming the wrong one. */
export function parseColumns(texts: string[]): Column[] {
  return texts.map((text) => parseColumn(text) ?? fail("columns", text));
}

/** By which column versions are sorted. */
export interface Order {
  column: Column;
  descending: boolean;
}

/** Reads an order. Without a text: newest version first. @throws AppError `invalid_request`. */
export function parseOrder(text: string | undefined): Order {
  const parts = /^(.*?)(?:\s+(asc|desc))?$/is.exec(text?.trim() || "version desc");
  const name = parts?.[1] ?? "";
  const column = parseColumn(name) ?? fail("orderBy", name);
  return { column, descending: parts?.[2]?.toLowerCase() === "desc" };
}

/** The names that a column can have, in words. */
export const COLUMN_NAMES = `version, registeredAt, aliases, deployedBy, status, description, params.<name>, metrics.<name>, tags.<name> or benchmark.<${BENCHMARK_COLUMNS.join(", ")}>`;

function fail(field: string, text: string): never {
  const message = `There is no column '${text}'. Write ${COLUMN_NAMES}.`;
  throw new AppError("invalid_request", message, { details: { errors: [{ field, message }] } });
}
