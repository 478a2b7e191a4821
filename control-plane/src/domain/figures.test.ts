import { latencyBucket, latencyUpperMs } from "@slipway/contracts/latency-buckets";
import type { MinuteFigures } from "@slipway/contracts/observation";
import { describe, expect, test } from "vitest";
import { someFigures } from "#testing/factories.ts";
import { neededFromMs, pointsOf, stretchOf, summaryOf } from "./figures.ts";
import type { RevisionMinuteRecord, Stretch } from "./standing-replicas.ts";

const MINUTE_MS = 60_000;
/** Half a minute into 12:30. */
const NOW_MS = Date.parse("2026-03-01T12:30:30Z");
const hour = stretchOf("1h", NOW_MS);

/** What a revision did `ago` minutes before the one that goes on. */
function minute(ago: number, figures: MinuteFigures, revision = 1): RevisionMinuteRecord {
  return { revision, minuteMs: hour.toMs - (ago + 1) * MINUTE_MS, figures };
}

function figuresOf(minutes: RevisionMinuteRecord[], stretch: Stretch) {
  return { points: pointsOf(minutes, stretch), summary: summaryOf(minutes, stretch) };
}

/** In the order of time, as they are read. */
function figures(...minutes: RevisionMinuteRecord[]) {
  return figuresOf(
    minutes.toSorted((a, b) => a.minuteMs - b.minuteMs),
    hour,
  );
}

/** The bucket's bound: a quantile is never told too low. */
function told(ms: number): number {
  return latencyUpperMs(latencyBucket(ms));
}

describe("a window", () => {
  test.each([
    ["1h", 60, "2026-03-01T11:31:00.000Z", "2026-03-01T12:30:00.000Z"],
    ["24h", 144, "2026-02-28T12:40:00.000Z", "2026-03-01T12:30:00.000Z"],
    ["7d", 168, "2026-02-22T13:00:00.000Z", "2026-03-01T12:00:00.000Z"],
  ] as const)("of %s has %d whole steps, the last of which goes on", (window, count, first, last) => {
    const { points } = figuresOf([], stretchOf(window, NOW_MS));
    expect([points.length, points[0]?.at, points.at(-1)?.at]).toEqual([count, first, last]);
  });

  test("shows a new step only when it has gone on long enough to say something", () => {
    const at = (text: string) => stretchOf("1h", Date.parse(`2026-03-01T${text}Z`)).toMs;
    expect(at("12:30:04.999")).toBe(Date.parse("2026-03-01T12:30:00Z"));
    expect(at("12:30:05")).toBe(Date.parse("2026-03-01T12:31:00Z"));
  });

  test("without traffic is zero requests and no times", () => {
    const { points, summary } = figures();
    const nothing = {
      requests: 0,
      requestsPerSecond: 0,
      errorRate: null,
      p50Ms: null,
      p99Ms: null,
      queueP95Ms: null,
      rowsPerBatch: null,
      requestsPerBatch: null,
      replicas: 0,
      memoryBytes: null,
      coldStarts: 0,
      coldStartMsMean: null,
      coldStartMsMax: null,
    };
    expect(summary).toMatchObject(nothing);
    for (const point of points) expect(point).toMatchObject(nothing);
  });
});

describe("what revisions did", () => {
  test("in one minute is added up, and its quantiles are those of all requests together", () => {
    const { points, summary } = figures(
      minute(3, someFigures({ served: 90, latencyMs: 10, queuedMs: 1, failed: 6 })),
      minute(3, someFigures({ served: 10, latencyMs: 400, queuedMs: 60, refused: 14 }), 2),
    );
    const expected = {
      requests: 120,
      served: 100,
      refused: 14,
      failed: 6,
      errorRate: 0.05,
      p50Ms: told(10),
      p95Ms: told(400),
      p99Ms: told(400),
      queueP50Ms: told(1),
      queueP95Ms: told(60),
    };
    expect(points.at(-4)).toMatchObject({
      at: "2026-03-01T12:27:00.000Z",
      requestsPerSecond: 2,
      ...expected,
    });
    expect(summary).toMatchObject(expected);
    expect(points.at(-3)?.requests).toBe(0);
  });

  test("in the minute that goes on is divided by the seconds that have passed", () => {
    expect(figures(minute(0, someFigures({ served: 60 }))).points.at(-1)?.requestsPerSecond).toBe(2);
  });

  test("in several minutes of a step is one point", () => {
    const day = stretchOf("24h", NOW_MS);
    const minutes = [0, 9, 10].map((offset) => ({
      revision: 1,
      minuteMs: day.fromMs + offset * MINUTE_MS,
      figures: someFigures({ served: 300 }),
    }));
    const { points } = figuresOf(minutes, day);
    expect(points.slice(0, 3).map((point) => [point.requests, point.requestsPerSecond])).toEqual([
      [600, 1],
      [300, 0.5],
      [0, 0],
    ]);
  });

  test("is averaged per batch over the batches that tell it", () => {
    const { summary } = figures(
      minute(1, someFigures({ batches: 10, batchedRequests: 40, countedBatches: 4, rows: 100 })),
      minute(2, someFigures({ batches: 10, batchedRequests: 10, countedBatches: 0, rows: 0 })),
    );
    expect(summary).toMatchObject({ requestsPerBatch: 2.5, rowsPerBatch: 25 });
  });

  test("tells how long cold starts took, on average and at most", () => {
    const { summary } = figures(
      minute(1, someFigures({ starts: 2, startMsSum: 900, startMsMax: 600 })),
      minute(2, someFigures({ starts: 1, startMsSum: 300, startMsMax: 300 }), 2),
    );
    expect(summary).toMatchObject({ coldStarts: 3, coldStartMsMean: 400, coldStartMsMax: 600 });
  });

  test("before the window counts for nothing", () => {
    const before = { revision: 1, minuteMs: hour.fromMs - MINUTE_MS, figures: someFigures({ served: 9 }) };
    expect(figures(before).summary.requests).toBe(0);
  });
});

describe("replicas", () => {
  const two = someFigures({ replicasMax: 2, memoryBytesMax: 300 });
  const one = someFigures({ replicasMax: 1, memoryBytesMax: 500 });
  function replicas(...minutes: RevisionMinuteRecord[]): number[] {
    return figures(...minutes).points.map((point) => point.replicas);
  }

  test("of revisions that run side by side are added, and the largest tells the memory", () => {
    const { points } = figures(minute(0, two), minute(0, one, 2));
    expect(points.at(-1)).toMatchObject({ replicas: 3, memoryBytes: 500 });
  });

  test("stand by between the minutes that are told, but not for ever", () => {
    const stood = replicas(minute(30, two), minute(25, one), minute(5, someFigures()));
    expect(stood.slice(-32, -24)).toEqual([0, 2, 2, 2, 2, 2, 1, 1]);
    expect(stood.slice(-26, -15)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect(stood.slice(-10).every((count) => count === 0)).toBe(true);
  });

  test("that were told before the window stand into it", () => {
    const before = { revision: 1, minuteMs: neededFromMs(hour), figures: two };
    expect(replicas(before).slice(0, 2)).toEqual([2, 0]);
    expect(figures(before).summary.replicas).toBe(2);
  });

  test("are not there ahead of time", () => {
    const week = stretchOf("7d", NOW_MS);
    const now = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS;
    const { points } = figuresOf([{ revision: 1, minuteMs: now, figures: two }], week);
    expect(points.slice(-2).map((point) => point.replicas)).toEqual([0, 2]);
  });

  test("that a data plane tells before and after its restart in the same minute are the same ones", () => {
    expect(replicas(minute(2, two), minute(2, one)).at(-3)).toBe(2);
  });
});
