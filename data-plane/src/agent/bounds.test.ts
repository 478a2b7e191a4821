import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import type { AssignedRevision } from "@slipway/contracts/assignment";
import { expect, test } from "vitest";
import { boundsOf, type Circumstances } from "./bounds.ts";

function aRevision(more: Partial<AssignedRevision> & { cpuThreads?: number } = {}): AssignedRevision {
  const { cpuThreads = 1, ...fields } = more;
  return {
    number: 1,
    weight: 100,
    mirrorPercent: 0,
    fallback: false,
    minReplicas: 0,
    maxReplicas: 8,
    model: { trackingUri: "", workspace: null, variables: [], name: "m", version: "1", fingerprint: "" },
    variables: [],
    resources: { cpuThreads, memoryBytes: 1 },
    ...SERVING_DEFAULTS,
    ...fields,
  };
}

const CALM: Circumstances = { rolloutRuns: false, cores: 16, now: new Date("2026-11-25T12:00:00Z") };

test("only where none need run may it sleep: not while a rollout runs, nor in a warm window of any revision", () => {
  const may = (members: AssignedRevision[], more: Partial<Circumstances> = {}) =>
    boundsOf(members, { ...CALM, ...more }).idleMs;
  expect(may([aRevision()])).toBe(900_000);
  expect(may([aRevision({ minReplicas: 1 })])).toBeNull();
  expect(may([aRevision()], { rolloutRuns: true })).toBeNull();
  const window = { days: ["wed" as const], from: "11:00", to: "13:00", timeZone: "UTC" };
  expect(may([aRevision(), aRevision({ warmWindows: [window] })])).toBeNull();
  expect(may([aRevision({ idleSeconds: 10 }), aRevision({ idleSeconds: 20 })])).toBe(20_000);
});

test("there are no more replicas than can work at the same time, unless more are asked for", () => {
  const between = (more: Parameters<typeof aRevision>[0], cores: number) => {
    const { min, max } = boundsOf([aRevision(more)], { ...CALM, cores });
    return [min, max];
  };
  expect(between({}, 16)).toEqual([1, 8]);
  expect(between({}, 2)).toEqual([1, 2]);
  expect(between({ cpuThreads: 2 }, 6)).toEqual([1, 3]);
  expect(between({ cpuThreads: 4 }, 2)).toEqual([1, 1]);
  expect(between({ minReplicas: 5 }, 2)).toEqual([5, 5]);
});
