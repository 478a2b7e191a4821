import type { BenchmarkFigures } from "@slipway/contracts/api/benchmark";
import { expect, it } from "vitest";
import { benchmarkLine, compareFigures, formatBenchmark, formatLatency } from "./benchmark-words.ts";

const FIGURES: BenchmarkFigures = {
  single: { p50Ms: 1.5, p99Ms: 4, requestsPerSecond: 600 },
  loaded: { callers: 64, p50Ms: 10, p99Ms: 20, requestsPerSecond: 5_000, rowsPerBatch: 32 },
  ...{ example: "input example", rows: 1, batching: { state: "on", reason: "" } },
  ...{ memoryBytes: 310e6, loadMs: 2_100, firstAnswerMs: 2_150, cpuThreads: 1 },
};

it("what was measured is a line with units", () => {
  expect(benchmarkLine(FIGURES)).toBe(
    "p50 1.5 ms, p99 4 ms · 5,000 requests/s with 64 callers · 310 MB · loads in 2.1 s",
  );
  expect([formatLatency(0.04321), formatLatency(1_234), formatLatency(12.34)]).toEqual([
    ...["0.0432 ms", "1.23 s", "12.3 ms"],
  ]);
  expect(formatBenchmark("requestsPerSecond", 4_321.9)).toBe("4,320 requests/s");
});

it("a difference says how much, which way, and whether that is good; chance is called the same", () => {
  const other: BenchmarkFigures = {
    ...FIGURES,
    single: { ...FIGURES.single, p50Ms: 3, p99Ms: 1 },
    loaded: { ...FIGURES.loaded, requestsPerSecond: 10_000, p50Ms: 11.9, p99Ms: 0 },
  };
  const told = compareFigures(FIGURES, other).map(({ value, other: beside, difference }) => [
    ...[value, beside, difference?.words, difference?.direction, difference?.verdict],
  ]);
  expect(told.slice(0, 5)).toEqual([
    ["1.5 ms", "3 ms", "50 % less", "down", "better"],
    ["4 ms", "1 ms", "4 × as much", "up", "worse"],
    ["5,000 requests/s", "10,000 requests/s", "50 % less", "down", "worse"],
    ["10 ms", "11.9 ms", "about the same", "same", "same"],
    ["20 ms", "0 ms", "more", "up", "worse"],
  ]);
  expect(compareFigures(FIGURES, null)[0]).toEqual({
    ...{ name: "p50, one caller", value: "1.5 ms", other: null, difference: null },
  });
});
