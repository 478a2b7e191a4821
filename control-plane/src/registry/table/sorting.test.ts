import { expect, test } from "vitest";
import { compact, Rows } from "./rows.ts";
import { firstOfEach, rowOrder, sortedPage } from "./sorting.ts";

const COUNT = 5_000;
const METRIC = { kind: "metrics", key: "score" } as const;

/** Versions of five models; many have the same score, some none, some one that cannot be sorted. */
function aTable(): Rows {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const segments = ["a", "b", "c", "d", "e"].map((name, at) => ({
    ...{ modelId: at + 1, name, changed: "1" },
    numbers: Int32Array.from({ length: COUNT / 5 }, (_, row) => row + 1),
    columns: new Map([
      [
        "metrics.score",
        compact(
          METRIC,
          Array.from({ length: COUNT / 5 }, (_, row) => odd[row % 97] ?? (row * 7_919 + at) % 101),
        ),
      ],
    ]),
  }));
  return new Rows(segments, new Map());
}

const everyRow = () => Array.from({ length: COUNT }, (_, row) => row);

test.each([false, true])("each page is that part of the whole, descending: %s", (descending) => {
  const rows = aTable();
  const compare = rowOrder(rows, rows.stored(METRIC), descending);
  const sorted = everyRow().sort(compare);
  const scores = sorted.map((row) => scoreAt(rows, row));
  const finite = scores.filter(Number.isFinite);
  expect(scores.slice(0, finite.length)).toEqual(finite.toSorted((a, b) => (descending ? b - a : a - b)));
  for (const [offset, limit] of [
    [0, 100],
    [1, 1],
    [2_345, 100],
    [COUNT - 30, 100],
    [COUNT, 100],
    [0, COUNT + 1],
  ] as const) {
    expect(sortedPage(everyRow(), compare, { offset, limit })).toEqual(sorted.slice(offset, offset + limit));
  }
});

test("of each model the first stands alone", () => {
  const rows = aTable();
  const compare = rowOrder(rows, rows.stored(METRIC), true);
  const firsts = firstOfEach(rows, everyRow(), compare).sort(compare);
  expect(firsts.map((row) => rows.placeAt(row).modelId).sort()).toEqual([1, 2, 3, 4, 5]);
  for (const first of firsts) {
    const { modelId } = rows.placeAt(first);
    const same = everyRow().filter((row) => rows.placeAt(row).modelId === modelId);
    expect(first).toBe(same.toSorted(compare)[0]);
  }
});

function scoreAt(rows: Rows, row: number): number {
  const column = rows.stored(METRIC);
  return column.kind === "numbers" ? (column.values[row] ?? Number.NaN) : Number.NaN;
}
