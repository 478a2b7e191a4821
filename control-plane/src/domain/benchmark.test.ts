import { expect, test } from "vitest";
import {
  type BenchmarkOutcome,
  type BenchmarkRequestRecord,
  outcomeAfter,
  viewBenchmark,
} from "./benchmark.ts";

const AT = new Date("2026-01-01T00:00:00Z");
const KEY = { groupName: "demo", modelName: "iris", version: "1" };
const TERMS = {
  ...{ instanceType: "small", cpuThreads: 1, memoryBytes: 1 },
  batching: { mode: "auto" as const, requestsMax: 64, delayMsMax: 5 },
};
const REQUEST: BenchmarkRequestRecord = {
  ...{ ...KEY, id: "new", fingerprint: "f2", requestedAt: AT, requestedBy: "ada", terms: TERMS },
  assignment: {
    id: "new",
    model: { trackingUri: "", workspace: null, variables: [], name: "iris", version: "1", fingerprint: "f2" },
    resources: { cpuThreads: 1, memoryBytes: 1 },
    batching: TERMS.batching,
  },
};
const FIGURES = {
  single: { p50Ms: 1, p99Ms: 2, requestsPerSecond: 3 },
  loaded: { callers: 4, p50Ms: 5, p99Ms: 6, requestsPerSecond: 7, rowsPerBatch: null },
  ...{ example: "signature" as const, rows: null, batching: { state: "off" as const, reason: "" } },
  ...{ memoryBytes: 1, loadMs: 1, firstAnswerMs: 1, cpuThreads: 1 },
};
const OLD: BenchmarkOutcome = {
  ...{ ...KEY, requestId: "old", state: "succeeded", message: null, finishedAt: AT },
  measured: { fingerprint: "f1", at: AT.toISOString(), terms: TERMS, figures: FIGURES },
};

test("a version that was registered anew under the same number has nothing of the old one", () => {
  expect(viewBenchmark(REQUEST, OLD, "f1")).toMatchObject({ state: "none", measured: { figures: FIGURES } });
  expect(viewBenchmark(REQUEST, OLD, "f2")).toMatchObject({ state: "waiting", measured: null });
  expect(viewBenchmark(null, OLD, "f3")).toMatchObject({ state: "none", requestedBy: null, measured: null });
});

test("only what is new is kept, and a failure takes no figures away", () => {
  const observed = { id: "new", state: "failed", message: "no", figures: null } as const;
  const next = outcomeAfter(REQUEST, OLD, { observed, at: AT });
  expect(next).toMatchObject({ requestId: "new", state: "failed", finishedAt: AT, measured: OLD.measured });
  expect(outcomeAfter(REQUEST, next, { observed, at: AT })).toBeNull();
  expect(viewBenchmark(REQUEST, next, "f2")).toMatchObject({
    state: "failed",
    message: "no",
    requestedBy: "ada",
  });
});
