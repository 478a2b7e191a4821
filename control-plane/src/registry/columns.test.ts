import { expect, test } from "vitest";
import { parseColumns, parseOrder, type Row, sortRows } from "./columns.ts";
import { matches, parseFilter } from "./version-filter.ts";

function aRow(version: number, changes: Partial<Row> = {}): Row {
  return {
    version: String(version),
    registeredAt: "2026-11-23T12:00:00.000Z",
    aliases: [],
    deployedBy: [],
    status: "READY",
    description: "",
    params: {},
    metrics: {},
    tags: {},
    benchmark: {},
    ...changes,
  };
}

function sorted(rows: Row[], order: string): string[] {
  return sortRows(rows, parseOrder(order)).map(({ version }) => version);
}

test("versions sort by number, newest first unless asked otherwise", () => {
  const rows = [aRow(2), aRow(10), aRow(9)];
  expect(sortRows(rows, parseOrder(undefined)).map(({ version }) => version)).toEqual(["10", "9", "2"]);
  expect(sorted(rows, "version")).toEqual(["2", "9", "10"]);
});

test("versions sort by what serves them, those that nobody serves last", () => {
  const rows = [aRow(1), aRow(2, { deployedBy: [{ name: "b" }] }), aRow(3, { deployedBy: [{ name: "a" }] })];
  expect(sorted(rows, "deployedBy")).toEqual(["3", "2", "1"]);
  expect(sorted(rows, "deployedBy desc")).toEqual(["2", "3", "1"]);
});

test("parameters that read as numbers sort as numbers, before texts, and missing ones come last", () => {
  const rows = ["10", "9", "1e-3", "auto", undefined].map((C, at) =>
    aRow(at + 1, C === undefined ? {} : { params: { C } }),
  );
  expect(sorted(rows, "params.C asc")).toEqual(["3", "2", "1", "4", "5"]);
  expect(sorted(rows, "params.C desc")).toEqual(["4", "1", "2", "3", "5"]);
});

test("column names may hold dots, spaces and the names of object methods", () => {
  const rows = [aRow(1, { metrics: { "val loss.mean": 2 } }), aRow(2, { metrics: { "val loss.mean": 1 } })];
  expect(sorted(rows, "metrics.val loss.mean asc")).toEqual(["2", "1"]);
  expect(sorted(rows, "params.constructor asc")).toEqual(["2", "1"]);
});

test("an unknown column is refused by name", () => {
  expect(() => parseColumns(["colour"])).toThrow(/colour/);
  expect(() => parseOrder("params.")).toThrow(/params\./);
});

const ROW = aRow(3, {
  aliases: ["champion"],
  params: { C: "10", kernel: "rbf" },
  metrics: { accuracy: 0.95, loss: "NaN", best: "Infinity" },
  tags: { "my tag": "it's" },
});

test.each([
  ["metrics.accuracy > 0.9", true],
  ["metrics.accuracy > 0.95", false],
  ["metrics.accuracy>=0.95 and params.C = '10'", true],
  ["params.C < 9", false],
  ["params.kernel LIKE 'r%'", true],
  ["params.kernel ilike 'R_F'", true],
  ["params.kernel LIKE 'R%'", false],
  ["params.kernel != 'linear'", true],
  ["metrics.loss < 100", false],
  ["metrics.best > 1e300", true],
  ["metrics.missing != 1", false],
  ['tags.`my tag` = "it\'s"', true],
  ["aliases = 'champion' AND version >= 2", true],
  ["aliases != 'champion'", false],
])("the filter %s is %s", (filter, met) => {
  expect(matches(ROW, parseFilter(filter))).toBe(met);
});

test.each([
  "metrics.accuracy",
  "accuracy > 1",
  "metrics.a > 1 or metrics.b > 1",
  "metrics.a > 1 and ",
  "; drop",
])("the filter '%s' is refused", (filter) => {
  expect(() => parseFilter(filter)).toThrow(/cannot be read/);
});
