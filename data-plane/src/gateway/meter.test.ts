import { latencyBucket } from "@slipway/contracts/latency-buckets";
import type { MinuteFigures } from "@slipway/contracts/observation";
import { beforeEach, describe, expect, test } from "vitest";
import { Meter } from "./meter.ts";

const NOON_MS = Date.parse("2026-03-01T12:00:00Z");
const SERVED = { outcome: "served", latencyMs: 20, queuedMs: 2 } as const;
const FAILED = { ...SERVED, outcome: "failed" } as const;
const NOTHING: MinuteFigures = {
  served: 0,
  refused: 0,
  failed: 0,
  latency: [],
  queued: [],
  batches: 0,
  batchedRequests: 0,
  countedBatches: 0,
  rows: 0,
  replicasMax: 0,
  memoryBytesMax: 0,
  starts: 0,
  startMsSum: 0,
  startMsMax: 0,
};
let nowMs: number;
let meter: Meter;

beforeEach(() => {
  nowMs = NOON_MS;
  meter = new Meter(() => nowMs);
});

/** `12:01 iris/1` → its figures, of all minutes that are told. */
function told({ after, id }: { after?: string; id?: string } = {}): Map<string, MinuteFigures> {
  const afterMs = after === undefined ? 0 : Date.parse(`2026-03-01T${after}:00Z`);
  return new Map(
    meter
      .minutes({ afterMs, id })
      .minutes.map(({ minute, deployment, revision, figures }) => [
        `${minute.slice(11, 16)} ${deployment}/${revision}`,
        figures,
      ]),
  );
}

/** Counts of one time each. */
function histogram(...timesMs: number[]): number[] {
  const counts: number[] = [];
  for (const ms of timesMs) {
    const bucket = latencyBucket(ms);
    while (counts.length <= bucket) counts.push(0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

describe("a minute of a revision", () => {
  test("holds exactly what was counted in it, and only served requests have times", () => {
    meter.answered("iris", 2, SERVED);
    meter.answered("iris", 2, { ...SERVED, latencyMs: 90, queuedMs: 0 });
    meter.answered("iris", 2, FAILED);
    meter.answered("iris", 2, { ...SERVED, outcome: "refused" });
    meter.batch("iris", 2, { requests: 2, rows: 200 });
    meter.batch("iris", 2, { requests: 1, rows: null });
    meter.started("iris", 2, 300);
    meter.started("iris", 2, 500);
    expect(told().get("12:00 iris/2")).toEqual({
      ...NOTHING,
      served: 2,
      refused: 1,
      failed: 1,
      latency: histogram(20, 90),
      queued: histogram(2, 0),
      batches: 2,
      batchedRequests: 3,
      countedBatches: 1,
      rows: 200,
      starts: 2,
      startMsSum: 800,
      startMsMax: 500,
    });
  });

  test("ends with the clock's minute and stands from then on", () => {
    meter.answered("iris", 1, SERVED);
    nowMs += 59_999;
    meter.answered("iris", 1, SERVED);
    nowMs += 1;
    meter.answered("iris", 1, FAILED);
    meter.answered("iris", 2, SERVED);
    const before = told();
    expect([...before.keys()]).toEqual(["12:00 iris/1", "12:01 iris/1", "12:01 iris/2"]);
    expect(before.get("12:00 iris/1")).toMatchObject({ served: 2, failed: 0 });
    expect(before.get("12:01 iris/1")).toMatchObject({ served: 0, failed: 1, latency: [] });
    nowMs += 120_000;
    expect(told()).toEqual(before);
  });

  test("is told again and again, with more while it goes on", () => {
    meter.answered("iris", 1, SERVED);
    expect(told().get("12:00 iris/1")?.served).toBe(1);
    meter.answered("iris", 1, SERVED);
    expect(told().get("12:00 iris/1")?.served).toBe(2);
  });

  test("goes on while a clock is set back, so that no minute is told twice", () => {
    nowMs += 600_000;
    meter.answered("iris", 1, SERVED);
    nowMs -= 300_000;
    meter.answered("iris", 1, SERVED);
    expect([...told()].map(([key, { served }]) => [key, served])).toEqual([["12:10 iris/1", 2]]);
  });

  test("is left out when nothing happened, and forgotten after two hours", () => {
    meter.answered("iris", 1, SERVED);
    nowMs += 120 * 60_000;
    expect([...told().keys()]).toEqual(["12:00 iris/1"]);
    nowMs += 60_000;
    expect([...told().keys()]).toEqual([]);
  });
});

test("minutes are asked for by time and by deployment", () => {
  for (const id of ["iris", "wine"]) meter.answered(id, 1, SERVED);
  nowMs += 60_000;
  for (const id of ["iris", "wine"]) meter.answered(id, 1, SERVED);
  expect([...told({ after: "12:00" }).keys()]).toEqual(["12:01 iris/1", "12:01 wine/1"]);
  expect([...told({ after: "12:00", id: "wine" }).keys()]).toEqual(["12:01 wine/1"]);
  expect([...told({ after: "12:01" }).keys()]).toEqual([]);
});

test("what no revision could take counts as failed, under no revision", () => {
  meter.unserved("iris");
  expect(told()).toEqual(new Map([["12:00 iris/0", { ...NOTHING, failed: 1 }]]));
});

describe("replicas", () => {
  const facts = { id: "iris", revision: 1, replicas: 2, memoryBytes: 300 };

  test("are told at their most of the minute, also when they were there before it began", () => {
    meter.sample([facts]);
    meter.sample([{ ...facts, replicas: 1, memoryBytes: 400 }]);
    expect(told().get("12:00 iris/1")).toMatchObject({ replicasMax: 2, memoryBytesMax: 400 });
    nowMs += 60_000;
    meter.answered("iris", 1, SERVED);
    expect(told().get("12:01 iris/1")).toMatchObject({ replicasMax: 1, memoryBytesMax: 400 });
  });

  test("that stand by without requests are told when their number changes, and every tenth minute", () => {
    for (let minute = 0; minute <= 25; minute += 1) {
      meter.sample(minute < 22 ? [facts] : []);
      nowMs += 60_000;
    }
    expect([...told()].map(([key, { replicasMax }]) => [key, replicasMax])).toEqual([
      ["12:00 iris/1", 2],
      ["12:10 iris/1", 2],
      ["12:20 iris/1", 2],
      ["12:23 iris/1", 0],
    ]);
  });
});

describe("totals", () => {
  test("are all that was counted since the start, over the minutes", () => {
    for (let minute = 0; minute < 3; minute += 1) {
      meter.answered("iris", 1, SERVED);
      meter.batch("iris", 1, { requests: 1, rows: 5 });
      nowMs += 60_000;
    }
    meter.answered("iris", 1, FAILED);
    const [total] = meter.totals();
    expect(total?.counts.figures()).toMatchObject({ served: 3, failed: 1, rows: 15, batches: 3 });
    expect(total?.counts.get("latencyMs")).toBe(60);
    expect(total?.counts.latency).toEqual(histogram(20, 20, 20));
  });

  test("of revisions that were quiet for two hours are forgotten; of those with replicas they stay", () => {
    meter.answered("iris", 1, SERVED);
    for (let minute = 0; minute <= 125; minute += 1) {
      meter.sample([{ id: "iris", revision: 2, replicas: 1, memoryBytes: 1 }]);
      nowMs += 60_000;
    }
    expect(meter.totals().map(({ revision }) => revision)).toEqual([2]);
  });
});

test("a deployment that is gone leaves nothing behind for one that gets its name", () => {
  meter.answered("iris", 1, SERVED);
  nowMs += 60_000;
  meter.answered("iris", 1, SERVED);
  meter.keepOnly(new Set(["wine"]));
  expect(told()).toEqual(new Map());
  expect(meter.totals()).toEqual([]);
});
