import { expect, test } from "vitest";
import { DAYS, SERVING_DEFAULTS } from "./api/serving.ts";
import { strategySchema } from "./api/strategy.ts";
import { latencyBucket, latencyQuantileMs, latencyUpperMs } from "./latency-buckets.ts";
import { type ComparedSpec, diffSpecs } from "./spec-diff.ts";

const SPEC: ComparedSpec = {
  modelUri: "models:/iris/1",
  requestedModelUri: "models:/iris/1",
  access: "private",
  description: "",
  variables: [
    { name: "LEVEL", secret: false, value: "info" },
    { name: "KEY", secret: true, mark: "11111111" },
  ],
  metadata: { team: "fraud" },
  minReplicas: 1,
  maxReplicas: 1,
  instanceType: "medium",
  cpuThreads: 1,
  memoryBytes: 4 * 1024 ** 3,
  strategy: { kind: "all-at-once" },
  warmSeconds: 300,
  aliasPolicy: "pin",
  ...SERVING_DEFAULTS,
};

test("nothing differs between a spec and itself, nor from nothing", () => {
  expect(diffSpecs(SPEC, structuredClone(SPEC))).toEqual([]);
  expect(diffSpecs(null, SPEC)).toEqual([]);
});

test("each field that differs is told in words, and what is not there as none", () => {
  const next: ComparedSpec = {
    ...SPEC,
    maxReplicas: 3,
    variables: [{ name: "LEVEL", secret: false, value: "debug" }],
    metadata: { team: "fraud", stage: "test" },
    strategy: strategySchema.parse({ kind: "canary", steps: [{ weight: 10, pauseSeconds: 60 }] }),
  };
  const told = new Map(diffSpecs(SPEC, next).map(({ field, from, to }) => [field, `${from} → ${to}`]));
  expect([...told.keys()].sort()).toEqual([
    "Metadata stage",
    "Replicas",
    "Rollout strategy",
    "Variable KEY",
    "Variable LEVEL",
  ]);
  expect(told.get("Replicas")).toBe("1 → 1 to 3");
  expect(told.get("Variable LEVEL")).toBe("info → debug");
  expect(told.get("Variable KEY")).toBe("a secret value → none");
  expect(told.get("Metadata stage")).toBe("none → test");
  expect(told.get("Rollout strategy")).toContain("canary: 10 % for 60 s");
});

test("how requests are taken is told in words, with what the version's tag makes of it", () => {
  const [before, after] = [
    { ...SPEC, batchingInEffect: { mode: "auto", from: "spec" } },
    {
      ...SPEC,
      minReplicas: 0,
      idleSeconds: 60,
      batching: { mode: "auto", requestsMax: 1, delayMsMax: 0.5 },
      batchingInEffect: { mode: "on", from: "version tag" },
      concurrencyMax: 100,
      idempotent: true,
      warmWindows: [
        { days: ["fri", "mon", "tue", "wed"], from: "08:00", to: "18:00", timeZone: "Europe/Berlin" },
        { days: ["sat", "sun"], from: "22:00", to: "02:00", timeZone: "UTC" },
        { days: [...DAYS], from: "00:00", to: "00:00", timeZone: "UTC" },
      ],
    },
  ] satisfies [ComparedSpec, ComparedSpec];
  expect(diffSpecs(before, after).map(({ field, from, to }) => [field, `${from} → ${to}`])).toEqual([
    ["Replicas", "1 → 0 to 1"],
    ["Idle until scaled to zero", "900 s → 60 s"],
    [
      "Warm windows",
      "none → Mon to Wed, Fri 08:00 to 18:00 (Europe/Berlin); Sat, Sun 22:00 to 02:00 (UTC); every day 00:00 to 00:00 (UTC)",
    ],
    [
      "Batching",
      "auto, up to 64 requests, waiting up to 5 ms → auto, up to 1 request, waiting up to 0.5 ms; on by the version's tag",
    ],
    ["Requests at the same time", "no bound of its own → at most 100"],
    ["Sent again when a replica dies", "never → once"],
  ]);
});

test("a secret that was set anew differs without being shown, and its mark is not shown either", () => {
  const next = {
    ...SPEC,
    variables: [SPEC.variables[0], { name: "KEY", secret: true, mark: "22222222" }],
  } as ComparedSpec;
  expect(diffSpecs(SPEC, next)).toEqual([
    { field: "Variable KEY", from: "a secret value", to: "a secret value" },
  ]);
});

test("latencies are counted in buckets that tell a quantile to within a fifth", () => {
  for (const ms of [0.1, 1, 7, 42, 999, 65_000]) {
    const bucket = latencyBucket(ms);
    expect(ms).toBeLessThanOrEqual(latencyUpperMs(bucket) * 1.0001);
    if (bucket > 0) expect(ms).toBeGreaterThan(latencyUpperMs(bucket - 1) * 0.9999);
  }
  const counts: number[] = [];
  for (let ms = 1; ms <= 100; ms++) counts[latencyBucket(ms)] = (counts[latencyBucket(ms)] ?? 0) + 1;
  const dense = Array.from(counts, (count) => count ?? 0);
  const median = latencyQuantileMs(dense, 0.5) ?? 0;
  expect(median / 50).toBeGreaterThanOrEqual(1);
  expect(median / 50).toBeLessThan(1.2);
  expect(latencyQuantileMs([], 0.5)).toBeNull();
});
