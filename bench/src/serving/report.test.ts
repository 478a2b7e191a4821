import { expect, test } from "vitest";
import { withSection } from "#report/docs.ts";
import { median, quantile, readable } from "#report/figures.ts";
import { cellId, gridCells, MAIN_CELLS } from "./cells.ts";
import { THROUGHPUT_GOALS } from "./goals.ts";
import type { Fact } from "./measured.ts";
import { noisyCells, report } from "./report.ts";
import { Summary } from "./summary.ts";

const RUN = {
  date: "2026-01-01",
  machine: "a machine",
  versions: ["Python 3.11"],
  command: "npm run bench",
  commit: "abc",
};

function measured(side: "slipway" | "mlflow-best", perSecond: number, otherCores: number): Fact {
  return {
    kind: "cell",
    side,
    cell: "logistic 1x64",
    round: 0,
    load: { served: perSecond, failed: 0, seconds: 1, p50Ms: 1.234, p90Ms: 2, p99Ms: 12.34, maxMs: 30 },
    cpuMs: 500,
    generatorCores: 0.1,
    otherCores,
    stolenCores: 0,
  };
}

test("a row has the median rate, its ratio to MLflow, latencies, and the processor time of a request", () => {
  const text = report(new Summary([measured("slipway", 1000, 0), measured("mlflow-best", 100, 0)]), RUN);
  expect(text).toContain("| Slipway | 1,000 (1,000–1,000) | 10.0 | 1.23 | 12.3 | 500 | 1 |");
  expect(text).toContain("| MLflow at its best | 100 (100–100) | 1.00 |");
});

test("a cell that somebody else's load has disturbed is marked", () => {
  const summary = new Summary([measured("slipway", 1000, 0.8), measured("mlflow-best", 100, 0.1)]);
  expect(report(summary, RUN)).toContain("Slipway (others used 0.8 cores)");
  expect(noisyCells(summary)).toEqual(["slipway logistic 1x64 round 1: others used 0.80 cores"]);
});

test("a side that answers wrongly is named with the reason and has no row", () => {
  const wrong: Fact = {
    kind: "wrong",
    side: "ray",
    model: "text",
    encoding: "json",
    reason: "row 3 is 1\nmore",
  };
  expect(report(new Summary([wrong]), RUN)).toContain("text, json: row 3 is 1");
});

test("every goal has a cell that is measured, and the grid measures nothing twice", () => {
  const goals = MAIN_CELLS.map(cellId);
  expect(goals).toEqual(expect.arrayContaining(THROUGHPUT_GOALS.map(({ cell }) => cellId(cell))));
  const all = [...goals, ...gridCells("full").map(cellId)];
  expect(new Set(all).size).toBe(all.length);
});

test("a section is replaced between its marks, and what stands around it stays", () => {
  const page = "# Title\n<!-- serving: begin -->\nold\n<!-- serving: end -->\nmethod\n";
  const once = withSection(page, "serving", "new\n");
  expect(once).toBe("# Title\n<!-- serving: begin -->\nnew\n<!-- serving: end -->\nmethod\n");
  expect(withSection(once, "serving", "new")).toBe(once);
  expect(() => withSection(page, "registry", "new")).toThrow("no place for 'registry'");
});

test("medians, quantiles and the way numbers are written", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(
    quantile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.99,
    ),
  ).toBe(99);
  expect([12_345, 123.4, 12.34, 1.234, Number.NaN].map(readable)).toEqual([
    "12,345",
    "123",
    "12.3",
    "1.23",
    "–",
  ]);
});
