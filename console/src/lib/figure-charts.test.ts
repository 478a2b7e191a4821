import type { DeploymentFigures, FigurePoint, Figures } from "@slipway/contracts/api/figures";
import { describe, expect, test } from "vitest";
import {
  chartsByRevision,
  chartsOf,
  coldStartWords,
  describeChart,
  formatQuantile,
  hasSomething,
} from "./figure-charts.ts";

const NOTHING: Figures = {
  requests: 0,
  served: 0,
  refused: 0,
  failed: 0,
  requestsPerSecond: 0,
  errorRate: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  queueP50Ms: null,
  queueP95Ms: null,
  requestsPerBatch: null,
  rowsPerBatch: null,
  replicas: 0,
  memoryBytes: null,
  coldStarts: 0,
  coldStartMsMean: null,
  coldStartMsMax: null,
};

function figures(...points: Partial<FigurePoint>[]): DeploymentFigures {
  const at = "2026-03-01T12:00:00.000Z";
  return {
    window: "1h",
    stepSeconds: 60,
    from: at,
    to: at,
    live: true,
    summary: NOTHING,
    revisions: [],
    points: points.map((point) => ({ at, ...NOTHING, ...point })),
  };
}

function chart(key: string, ...points: Partial<FigurePoint>[]) {
  const found = chartsOf(figures(...points)).find((each) => each.key === key);
  if (found === undefined) throw new Error(`there is no chart ${key}`);
  return found;
}

describe("the charts", () => {
  test("tell requests by outcome per second, and nothing as zero", () => {
    const busy = { requests: 120, requestsPerSecond: 2, failed: 6, refused: 30 };
    const { lines } = chart("requests", busy, {});
    expect(lines.map(({ values }) => values)).toEqual([
      [2, 0],
      [0.5, 0],
      [0.1, 0],
    ]);
  });

  test("have gaps where there were no requests to take times of", () => {
    const { lines } = chart("latency", { p50Ms: 5, p95Ms: 9, p99Ms: 12 }, {});
    expect(lines.map(({ values }) => values)).toEqual([
      [5, null],
      [9, null],
      [12, null],
    ]);
  });

  test("have something to show when one value is not zero", () => {
    expect(hasSomething(chart("replicas", {}, { replicas: 1 }))).toBe(true);
    expect(hasSomething(chart("replicas", {}, {}))).toBe(false);
    expect(hasSomething(chart("memory", {}))).toBe(false);
  });

  test("say how long the cold starts of a moment took", () => {
    const start = { coldStarts: 1, coldStartMsMean: 420, coldStartMsMax: 420 };
    expect(chart("replicas", start).detail?.(0)).toBe("the start took 420 ms");
    expect(chart("replicas", {}).detail?.(0)).toBeNull();
    expect(coldStartWords({ coldStarts: 2, coldStartMsMean: 500, coldStartMsMax: 1_200 })).toBe(
      "2 starts took 500 ms on average, 1.2 s at most",
    );
  });

  test("compare revisions by name, also the requests that none could take", () => {
    const charts = chartsByRevision([
      { revision: 3, figures: figures({ errorRate: 0.25 }) },
      { revision: 0, figures: figures({ errorRate: 1 }) },
    ]);
    const failures = charts.find(({ key }) => key === "failures");
    expect(failures?.lines.map(({ label, values }) => [label, values])).toEqual([
      ["revision 3", [25]],
      ["no revision", [100]],
    ]);
    expect(failures?.format(25)).toBe("25 %");
  });
});

test("a revision has a line only while it is there", () => {
  const there = { replicas: 1 };
  const [requests] = chartsByRevision([
    { revision: 3, figures: figures({}, there, { ...there, requests: 60, requestsPerSecond: 1 }, {}) },
  ]);
  expect(requests?.lines[0]?.values).toEqual([null, 0, 1, null]);
});

test("a chart is told in words: the newest value of each line and its largest", () => {
  const told = describeChart(chart("latency", { p50Ms: 40 }, { p50Ms: 12.4, p95Ms: 1_500 }, {}));
  expect(told).toBe(
    "Latency (of served requests, at the gateway): p50 12 ms last, at most 40 ms; p95 1.5 s last, at most 1.5 s; p99 without a value.",
  );
});

test("times below the shortest bucket are not told as exact", () => {
  expect([0.5, 0.6, 12, 2_500].map(formatQuantile)).toEqual(["≤ 0.5 ms", "0.6 ms", "12 ms", "2.5 s"]);
});
