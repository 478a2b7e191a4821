/** What a table shows (columns, order), as it stands in a page's URL and in a request. */

/** A column and its direction. */
export interface Sort {
  key: string;
  descending: boolean;
}

/** Reads `-metrics.accuracy`. */
export function parseSort(text: string | undefined, fallback: Sort): Sort {
  if (!text) return fallback;
  return text.startsWith("-") ? { key: text.slice(1), descending: true } : { key: text, descending: false };
}

/** Writes `-metrics.accuracy`. */
export function formatSort(sort: Sort): string {
  return `${sort.descending ? "-" : ""}${sort.key}`;
}

/** Writes `metrics.accuracy desc`, as the API takes it. */
export function toOrderBy(sort: Sort): string {
  return `${sort.key} ${sort.descending ? "desc" : "asc"}`;
}

/** What a click on a header makes of the order: another column begins as given, the same one turns round. */
export function nextSort(current: Sort, key: string, descendingFirst: boolean): Sort {
  return { key, descending: current.key === key ? !current.descending : descendingFirst };
}

export const COLUMN_KINDS = ["params", "metrics", "benchmark", "tags"] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

/** A chosen column of the versions table, e.g. `metrics.accuracy`. */
export interface ColumnChoice {
  kind: ColumnKind;
  name: string;
}

/** Reads `params.C,metrics.accuracy`; what is not a column is dropped, what is named twice stands once. */
export function parseColumns(text: string): ColumnChoice[] {
  const keys = new Set(text.split(",").map((part) => part.trim()));
  return [...keys].flatMap((key) => {
    const kind = COLUMN_KINDS.find((candidate) => key.startsWith(`${candidate}.`));
    const name = kind === undefined ? "" : key.slice(kind.length + 1);
    return kind === undefined || name === "" ? [] : [{ kind, name }];
  });
}

/** The key of a column: `metrics.accuracy`. */
export function columnKey({ kind, name }: ColumnChoice): string {
  return `${kind}.${name}`;
}

/** Writes `params.C,metrics.accuracy`. */
export function formatColumns(columns: ColumnChoice[]): string {
  return columns.map(columnKey).join(",");
}

/** Adds a column at the end of its kind, or takes it away; parameters come first, then metrics, what was measured, tags. */
export function toggleColumn(columns: ColumnChoice[], column: ColumnChoice): ColumnChoice[] {
  const key = columnKey(column);
  const without = columns.filter((candidate) => columnKey(candidate) !== key);
  const next = without.length === columns.length ? [...columns, column] : without;
  return COLUMN_KINDS.flatMap((kind) => next.filter((candidate) => candidate.kind === kind));
}
