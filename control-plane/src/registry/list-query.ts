/** Reads what a list of versions is asked for. */
import { type Column, type Order, parseColumns, parseOrder } from "#domain/columns.ts";
import { type Filter, filterColumns, parseFilter } from "#domain/version-filter.ts";
import { offsetOf } from "./paging.ts";

/** What a list of versions is asked for, as it was written. */
export interface ListTexts {
  /** `params.C`, `metrics.accuracy`, `tags.stage`, `benchmark.p99Ms`. */
  columns: string[];
  orderBy?: string | undefined;
  filter?: string | undefined;
  pageToken?: string | undefined;
}

/** A query of versions, read. */
export interface ListQuery {
  columns: Column[];
  order: Order;
  filter: Filter | null;
  offset: number;
  /** Whether parameters or metrics are used. */
  needsFacts: boolean;
}

/** @throws AppError `invalid_request` naming what cannot be read. */
export function parseListQuery({ columns: names, orderBy, filter: text, pageToken }: ListTexts): ListQuery {
  const columns = parseColumns(names);
  const order = parseOrder(orderBy);
  const filter = parseFilter(text ?? "");
  const used = [...columns, order.column, ...(filter === null ? [] : filterColumns(filter))];
  const needsFacts = used.some(({ kind }) => kind === "params" || kind === "metrics");
  return { columns, order, filter, offset: offsetOf(pageToken), needsFacts };
}
