import { expect, it } from "vitest";
import { formatColumns, nextSort, parseColumns, parseSort, toggleColumn, toOrderBy } from "./table-view.ts";

it("columns survive the way through the URL, with dots and slashes in their names", () => {
  const text = "params.C,metrics.val/accuracy,metrics.a.b,tags.stage";
  expect(formatColumns(parseColumns(text))).toBe(text);
});

it("what is no column is dropped and what is named twice stands once", () => {
  expect(parseColumns("params.C,params.C,nonsense,metrics.,")).toEqual([{ kind: "params", name: "C" }]);
  expect(parseColumns("")).toEqual([]);
});

it("choosing keeps parameters before metrics before figures before tags, and choosing again takes away", () => {
  const two = toggleColumn(parseColumns("metrics.loss,tags.stage"), { kind: "params", name: "C" });
  const chosen = toggleColumn(two, { kind: "benchmark", name: "p99Ms" });
  expect(formatColumns(chosen)).toBe("params.C,metrics.loss,benchmark.p99Ms,tags.stage");
  expect(formatColumns(toggleColumn(chosen, { kind: "metrics", name: "loss" }))).toBe(
    "params.C,benchmark.p99Ms,tags.stage",
  );
});

it("the order in the URL is the order that the API is asked for", () => {
  const sort = parseSort("-metrics.accuracy", { key: "version", descending: true });
  expect(toOrderBy(sort)).toBe("metrics.accuracy desc");
  expect(toOrderBy(nextSort(sort, "metrics.accuracy", true))).toBe("metrics.accuracy asc");
  expect(toOrderBy(nextSort(sort, "params.C", false))).toBe("params.C asc");
  expect(parseSort(undefined, { key: "version", descending: true }).key).toBe("version");
});
