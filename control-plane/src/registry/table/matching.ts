/** Which rows of a table meet a filter. */
import type { Column } from "#domain/columns.ts";
import { numberOf } from "#domain/number-text.ts";
import type { Comparison, Filter } from "#domain/version-filter.ts";
import { likeTest } from "./like.ts";
import type { Entry, TableColumn, TextColumn } from "./rows.ts";

type Condition = Extract<Filter, { column: Column }>;

/** Of each row 1 where it meets the filter, 0 where it does not. */
export type Mask = Uint8Array;

/** Finds the rows that meet a filter; the columns are those of a table with `count` rows. */
export function matching(filter: Filter, count: number, columnOf: (column: Column) => TableColumn): Mask {
  switch (filter.kind) {
    case "and":
    case "or": {
      const isAnd = filter.kind === "and";
      const all = new Uint8Array(count).fill(isAnd ? 1 : 0);
      for (const part of filter.parts) {
        const mask = matching(part, count, columnOf);
        for (let row = 0; row < count; row++) {
          if ((mask[row] === 1) !== isAnd) all[row] = isAnd ? 0 : 1;
        }
      }
      return all;
    }
    case "not":
      return matching(filter.part, count, columnOf).map((meets) => 1 - meets);
    default: {
      const column = columnOf(filter.column);
      if (column.kind === "texts") return matchingTexts(column, filter);
      const test = numberTest(filter);
      return Uint8Array.from(column.values, (value) => Number(test(value)));
    }
  }
}

/** Whether a number, NaN for none, meets a condition. */
function numberTest(condition: Condition): (value: number) => boolean {
  switch (condition.kind) {
    case "missing":
      return Number.isNaN;
    case "like": {
      const test = likeTest(condition.pattern, condition.ignoreCase);
      return (value) => !Number.isNaN(value) && test(String(value));
    }
    case "in": {
      const wanted = new Set(condition.values.map((value) => numberIn(condition.column, value)));
      return (value) => !Number.isNaN(value) && wanted.has(value);
    }
    case "compare": {
      const wanted = numberIn(condition.column, condition.value);
      const holds = COMPARISONS[condition.comparison];
      return (value) => !Number.isNaN(value) && holds(value, wanted);
    }
  }
}

/** The parser has checked that it is one. */
function numberIn({ kind }: Column, value: string): number {
  return kind === "registeredAt" ? Date.parse(value) : Number(numberOf(value));
}

const COMPARISONS: Record<Comparison, (a: number, b: number) => boolean> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
};

/** Each different text is looked at once. */
function matchingTexts(column: TextColumn, condition: Condition): Mask {
  const { test, missing } = textTest(column, condition);
  const meets = Uint8Array.from([missing, ...column.entries.map(test)], Number);
  return Uint8Array.from(column.codes, (code) => meets[code] ?? 0);
}

interface TextTest {
  test: (entry: Entry, place: number) => boolean;
  /** Whether a version without a value meets it. */
  missing: boolean;
}

function textTest(column: TextColumn, condition: Condition): TextTest {
  switch (condition.kind) {
    case "missing":
      return { test: ({ number }) => Number.isNaN(number), missing: true };
    case "like": {
      const test = likeTest(condition.pattern, condition.ignoreCase);
      return { test: ({ text, names }) => (names === null ? test(text) : names.some(test)), missing: false };
    }
    case "in": {
      const tests = condition.values.map((value) => sameTest(column, value));
      return { test: (entry) => tests.some((test) => test(entry)), missing: false };
    }
    case "compare":
      return compareTest(column, condition);
  }
}

/** Whether an entry is a value, or has it among its names. Values that are numbers are the same as numbers of that value. */
function sameTest({ hasNumbers }: TextColumn, wanted: string): (entry: Entry) => boolean {
  const number = numberOf(wanted);
  const byNumber = hasNumbers && number !== null && !Number.isNaN(number);
  if (byNumber) return (entry) => entry.number === number;
  return (entry) => (entry.names === null ? entry.text === wanted : entry.names.includes(wanted));
}

function compareTest(
  column: TextColumn,
  { comparison, value }: Extract<Condition, { kind: "compare" }>,
): TextTest {
  const isSame = sameTest(column, value);
  if (comparison === "=") return { test: isSame, missing: false };
  if (comparison === "!=") {
    return { test: (entry) => !Number.isNaN(entry.number) && !isSame(entry), missing: column.isNames };
  }
  const holds = COMPARISONS[comparison];
  const number = numberOf(value);
  if (column.hasNumbers && number !== null && !Number.isNaN(number)) {
    return {
      test: (entry) => entry.number !== null && !Number.isNaN(entry.number) && holds(entry.number, number),
      missing: false,
    };
  }
  const places = column.order.places(column.entries.map(({ text }) => text));
  const before = column.order.before(value);
  return {
    test: (entry, at) => {
      if (entry.number !== null) return false;
      const place = places[at] ?? Number.NaN;
      return entry.text === value ? holds(0, 0) : holds(place < before ? -1 : 1, 0);
    },
    missing: false,
  };
}
