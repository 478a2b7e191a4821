/** What was measured of a version, in words: figures with units, and what differs between two versions. */
import {
  BENCHMARK_COLUMNS,
  type BenchmarkColumn,
  type BenchmarkFigures,
} from "@slipway/contracts/api/benchmark";
import { formatBytes, formatDuration, plural } from "./format.ts";

/** So much comes from chance alone when the same version is measured twice. */
export const NOISE_PERCENT = 20;

interface Figure {
  name: string;
  value: (figures: BenchmarkFigures) => number;
  write: (value: number) => string;
  better: "less" | "more";
}

const FIGURES: Figure[] = [
  {
    name: "p50, one caller",
    value: ({ single }) => single.p50Ms,
    write: formatLatency,
    better: "less",
  },
  { name: "p99, one caller", value: ({ single }) => single.p99Ms, write: formatLatency, better: "less" },
  {
    name: "Throughput, many callers",
    value: ({ loaded }) => loaded.requestsPerSecond,
    write: formatThroughput,
    better: "more",
  },
  { name: "p50, many callers", value: ({ loaded }) => loaded.p50Ms, write: formatLatency, better: "less" },
  { name: "p99, many callers", value: ({ loaded }) => loaded.p99Ms, write: formatLatency, better: "less" },
  { name: "Memory", value: ({ memoryBytes }) => memoryBytes, write: formatBytes, better: "less" },
  { name: "Load time", value: ({ loadMs }) => loadMs, write: formatDuration, better: "less" },
];

/** One figure of a version, and beside it that of another where there is one. */
export interface ComparedFigure {
  name: string;
  value: string;
  other: string | null;
  difference: Difference | null;
}

export interface Difference {
  /** Which way the figure went. */
  direction: "down" | "up" | "same";
  verdict: "better" | "worse" | "same";
  /** `35 % less`, `2.1 × as much`, `about the same`. */
  words: string;
}

/** The figures of a version against those of another. */
export function compareFigures(figures: BenchmarkFigures, other: BenchmarkFigures | null): ComparedFigure[] {
  return FIGURES.map(({ name, value, write, better }) => {
    const mine = value(figures);
    if (other === null) return { name, value: write(mine), other: null, difference: null };
    const theirs = value(other);
    return {
      name,
      value: write(mine),
      other: write(theirs),
      difference: differenceOf(mine, theirs, better),
    };
  });
}

/** `p50 1.2 ms, p99 4 ms · 5,000 requests/s with 64 callers · 310 MB · loads in 2.1 s`. */
export function benchmarkLine({ single, loaded, memoryBytes, loadMs }: BenchmarkFigures): string {
  return [
    `p50 ${formatLatency(single.p50Ms)}, p99 ${formatLatency(single.p99Ms)}`,
    `${formatThroughput(loaded.requestsPerSecond)} with ${plural(loaded.callers, "caller")}`,
    formatBytes(memoryBytes),
    `loads in ${formatDuration(loadMs)}`,
  ].join(" · ");
}

/** How the columns of the versions table are called, and what they say in full. */
export const BENCHMARK_TITLES: Record<BenchmarkColumn, { title: string; label: string }> = {
  p50Ms: { title: "p50", label: "p50, one caller" },
  p99Ms: { title: "p99", label: "p99, one caller" },
  requestsPerSecond: { title: "Throughput", label: "Throughput, many callers" },
  memoryBytes: { title: "Memory", label: "Memory" },
  loadMs: { title: "Load time", label: "Load time" },
};

const WRITERS: Record<BenchmarkColumn, (value: number) => string> = {
  ...{ p50Ms: formatLatency, p99Ms: formatLatency, requestsPerSecond: formatThroughput },
  ...{ memoryBytes: formatBytes, loadMs: formatDuration },
};

/** The name of a column where it is one. */
export function benchmarkColumn(name: string): BenchmarkColumn | undefined {
  return BENCHMARK_COLUMNS.find((known) => known === name);
}

/** A cell of the versions table. */
export function formatBenchmark(column: BenchmarkColumn, value: number): string {
  return WRITERS[column](value);
}

/** `0.42 ms`, `12 ms`, `1.3 s`: three digits of what is measured. */
export function formatLatency(ms: number): string {
  return ms < 1_000 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms / 1_000).toPrecision(3))} s`;
}

function formatThroughput(perSecond: number): string {
  return `${Number(perSecond.toPrecision(3)).toLocaleString("en")} requests/s`;
}

function differenceOf(mine: number, theirs: number, better: "less" | "more"): Difference {
  const ratio = theirs === 0 ? Number.POSITIVE_INFINITY : mine / theirs;
  if (mine === theirs || Math.abs(ratio - 1) * 100 < NOISE_PERCENT)
    return { direction: "same", verdict: "same", words: "about the same" };
  const direction = ratio < 1 ? "down" : "up";
  const verdict = (direction === "down") === (better === "less") ? "better" : "worse";
  return { direction, verdict, words: differenceWords(ratio) };
}

function differenceWords(ratio: number): string {
  if (!Number.isFinite(ratio)) return "more";
  if (ratio >= 2) return `${Number(ratio.toPrecision(2))} × as much`;
  const percent = Math.round(Math.abs(ratio - 1) * 100);
  return ratio > 1 ? `${percent} % more` : `${percent} % less`;
}
