/** In which order rows of a table stand, and a page of them. */
import quickselect from "quickselect";
import type { Rows, TableColumn, TextColumn } from "./rows.ts";

export type Compare = (a: number, b: number) => number;

/**
 * Compares rows by a column. What has no value, or none that can be sorted, stands last in both directions; of the same value the
 * highest number stands first, then the model's name decides.
 */
export function rowOrder(rows: Rows, column: TableColumn, descending: boolean): Compare {
  const keys = sortKeys(column);
  const ascending = keys.map((key) =>
    Number.isNaN(key) ? Number.POSITIVE_INFINITY : descending ? -key : key,
  );
  const { numbers, segmentAt } = rows;
  return (a, b) => {
    const [x, y] = [ascending[a] ?? 0, ascending[b] ?? 0];
    if (x !== y) return x < y ? -1 : 1;
    return (numbers[b] ?? 0) - (numbers[a] ?? 0) || (segmentAt[a] ?? 0) - (segmentAt[b] ?? 0);
  };
}

/** The rows from `offset` on as they would stand there if all were sorted. The order of `found` is lost. */
export function sortedPage(
  found: number[],
  compare: Compare,
  { offset, limit }: { offset: number; limit: number },
): number[] {
  const end = Math.min(offset + limit, found.length);
  if (offset >= end) return [];
  const last = found.length - 1;
  if (offset > 0) quickselect(found, offset, 0, last, compare);
  if (end <= last) quickselect(found, end - 1, offset, last, compare);
  return found.slice(offset, end).sort(compare);
}

/** Of each model the row that stands first. */
export function firstOfEach(rows: Rows, found: number[], compare: Compare): number[] {
  const firsts = new Map<number, number>();
  for (const row of found) {
    const segment = rows.segmentAt[row] ?? -1;
    const first = firsts.get(segment);
    if (first === undefined || compare(row, first) < 0) firsts.set(segment, row);
  }
  return [...firsts.values()];
}

/** Finite numbers that stand for the order of the values; NaN for what stands last. */
function sortKeys(column: TableColumn): Float64Array {
  if (column.kind === "numbers")
    return column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const keys = entryKeys(column);
  return Float64Array.from(column.codes, (code) =>
    code === 0 ? Number.NaN : (keys[code - 1] ?? Number.NaN),
  );
}

/** Numbers by value, then all other texts in natural order. */
function entryKeys({ entries, order }: TextColumn): Float64Array {
  const texts = entries.filter(({ number }) => number === null).map(({ text }) => text);
  const places = order.places(texts);
  const numbers = Float64Array.from(
    entries.flatMap(({ number }) => (number !== null && Number.isFinite(number) ? [number] : [])),
  ).sort();
  const ranks = new Map<number, number>();
  for (const number of numbers) if (!ranks.has(number)) ranks.set(number, ranks.size);
  let next = 0;
  return Float64Array.from(entries, ({ number }) => {
    if (number === null) return ranks.size + (places[next++] ?? 0);
    return ranks.get(number) ?? Number.NaN;
  });
}
