import { boundsSchema, type Strategy, strategySchema } from "@slipway/contracts/api/strategy";
import type { ObservedCounts } from "@slipway/contracts/observation";
import { describe, expect, test } from "vitest";
import { aDeployment, anObservation, aReplica, aRollout, someCounts } from "#testing/factories.ts";
import { plan } from "./plan.ts";
import type { PlanInput } from "./plan-terms.ts";

const BEGAN = Date.parse("2026-01-01T00:00:00Z");
const resolve = { message: "", durationMs: 5, at: new Date(BEGAN) };
const STEPS = [
  { weight: 10, pauseSeconds: 30 },
  { weight: 50, pauseSeconds: 30 },
];
const canary = strategySchema.parse({ kind: "canary", steps: STEPS });
const byHand = strategySchema.parse({ kind: "canary", steps: STEPS, promotion: "manual" });
const shadow = strategySchema.parse({ kind: "shadow", seconds: 30, promotion: "automatic" });
const READY = anObservation({ number: 1 }, { number: 2, weight: 0, live: false });

interface Situation {
  strategy: Strategy;
  phase?: "starting" | "canary" | "shadow";
  step?: number;
  seconds?: number;
  answeredBefore?: number;
  counts?: ObservedCounts[];
  values?: Partial<PlanInput>;
}

function planOf({
  strategy,
  phase = "canary",
  step = 0,
  seconds = 0,
  answeredBefore = 0,
  counts = [],
  values,
}: Situation) {
  const progress = {
    phase,
    step: phase === "canary" ? step : null,
    since: new Date(BEGAN).toISOString(),
    answeredBefore,
    waitingFor: null,
    message: "",
  };
  return plan({
    desired: aDeployment({ targetRevision: 2, latestRevision: 2, generation: 2 }),
    servingRevision: 1,
    rollout: aRollout({ generation: 2, revision: 2, fromRevision: 1, progress }),
    target: { strategy, warmSeconds: 300 },
    counts: { revisions: counts, unserved: 0, shadow: null },
    observation: READY,
    observed: true,
    resolve,
    now: new Date(BEGAN + seconds * 1000),
    ...values,
  });
}

function shares(result: ReturnType<typeof plan>): string {
  return result.shares.map(({ revision, weight }) => `${revision}:${weight}`).join(" ");
}

const good = [someCounts(1, { answered: 900 }), someCounts(2, { answered: 100 })];

describe("a canary", () => {
  test("begins with the first step's share once the new revision is ready", () => {
    const result = planOf({ strategy: canary, phase: "starting" });
    expect(shares(result)).toBe("1:90 2:10");
    expect(result.transitions).toMatchObject([
      { kind: "advance-rollout", progress: { phase: "canary", step: 0 } },
    ]);
  });

  test("of a first revision, with nothing to compare with, is brought up at once", () => {
    const result = planOf({ strategy: canary, phase: "starting", values: { servingRevision: null } });
    expect(shares(result)).toBe("2:100");
  });

  test("stays in a step until its time is over and enough requests were answered", () => {
    expect(shares(planOf({ strategy: canary, seconds: 29, counts: good }))).toBe("1:90 2:10");
    expect(shares(planOf({ strategy: canary, seconds: 31, counts: good }))).toBe("1:50 2:50");
    const few = planOf({ strategy: canary, seconds: 31, counts: good, answeredBefore: 1 });
    expect(shares(few)).toBe("1:90 2:10");
    expect(few.transitions).toMatchObject([{ progress: { waitingFor: "requests" } }]);
  });

  test("moves everything after the last step", () => {
    const result = planOf({ strategy: canary, step: 1, seconds: 31, counts: good });
    expect(shares(result)).toBe("2:100 1:0");
    expect(result.transitions).toMatchObject([{ progress: { phase: "moving" } }]);
  });

  test("waits for a person when promotion is manual; a promotion counts for its step once", () => {
    const waiting = planOf({ strategy: byHand, seconds: 3_000, counts: good });
    expect(waiting.transitions).toMatchObject([{ progress: { waitingFor: "promotion" } }]);
    const promoted = (step: number) => ({
      desired: aDeployment({
        targetRevision: 2,
        generation: 2,
        directive: { generation: 2, action: "promote" as const, step: 0, by: "ada" },
      }),
      rollout: aRollout({
        generation: 2,
        revision: 2,
        fromRevision: 1,
        progress: {
          phase: "canary",
          step,
          since: new Date(BEGAN).toISOString(),
          answeredBefore: 0,
          waitingFor: null,
          message: "",
        },
      }),
    });
    expect(shares(planOf({ strategy: byHand, values: promoted(0) }))).toBe("1:50 2:50");
    expect(shares(planOf({ strategy: byHand, values: promoted(1) }))).toBe("1:50 2:50");
  });

  test("is moved or given up at once when a person says so, and not by what was said of an earlier rollout", () => {
    const said = (directive: PlanInput["desired"]["directive"]) => ({
      desired: aDeployment({ targetRevision: 2, generation: 2, directive }),
    });
    const all = planOf({
      strategy: canary,
      values: said({ generation: 2, action: "promote-all", by: "ada" }),
    });
    expect(shares(all)).toBe("2:100 1:0");
    const end = { action: "abort" as const, by: "ada", message: "no" };
    const aborted = planOf({ strategy: canary, values: said({ generation: 2, ...end }) });
    expect(shares(aborted)).toBe("1:100");
    expect(aborted.transitions).toMatchObject([
      { kind: "abort-rollout", reason: "AbortedByUser", by: "ada" },
    ]);
    expect(shares(planOf({ strategy: canary, values: said({ generation: 1, ...end }) }))).toBe("1:90 2:10");
  });

  test.each([
    ["errors", someCounts(2, { answered: 600, errors: 12 })],
    ["latency", someCounts(2, { answered: 400, latencyMs: 210 })],
    ["predictions", someCounts(2, { answered: 400, labels: { a: 400 } })],
  ])("whose %s are worse is given up, and says so", (name, counts) => {
    const old = someCounts(1, { answered: 2_400, labels: { a: 500, b: 600, c: 500 } });
    const result = planOf({ strategy: canary, seconds: 5, counts: [old, counts] });
    expect(shares(result)).toBe("1:100");
    expect(result.transitions).toMatchObject([
      {
        kind: "abort-rollout",
        reason: "BoundsExceeded",
        checks: expect.arrayContaining([expect.objectContaining({ name, outcome: "exceeded" })]),
      },
    ]);
  });

  test("whose replicas keep dying is given up", () => {
    const observation = anObservation(
      { number: 1 },
      { number: 2, state: "degraded", replicas: [aReplica({ restarts: 3, message: "exit code 1" })] },
    );
    const result = planOf({ strategy: canary, values: { observation } });
    expect(result.transitions).toMatchObject([{ kind: "abort-rollout", reason: "ReplicasDied" }]);
  });
});

describe("a revision against itself", () => {
  /** A small linear congruential generator (Park and Miller, 1988), so that a failure repeats. */
  function randomOf(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
  }

  test("is never given up, however often it is looked at: 300 canaries with 2 % errors and wandering latencies", () => {
    const bounds = boundsSchema.parse({});
    const strategy = { ...canary, bounds } as Strategy;
    const exceeded: string[] = [];
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomOf(seed * 7_919);
      const sides = [0, 1].map(() => ({ answered: 0, errors: 0, labels: { a: 0, b: 0, c: 0 } }));
      const buckets = [someCounts(1, { answered: 0 }), someCounts(2, { answered: 0 })];
      for (let request = 0; request < 1_500; request++) {
        const side = random() < 0.2 ? 1 : 0;
        const tally = sides[side];
        const counts = buckets[side];
        if (tally === undefined || counts === undefined) continue;
        tally.answered += 1;
        if (random() < 0.02) tally.errors += 1;
        const label = (["a", "b", "c"] as const)[Math.floor(random() * 3)] ?? "a";
        tally.labels[label] += 1;
        // Latencies have a long tail.
        const bucket = Math.min(60, Math.floor(10 - 4 * Math.log(random() + 1e-9)));
        counts.contest.latency[bucket] = (counts.contest.latency[bucket] ?? 0) + 1;
        if (request % 50 !== 49) continue;
        const seen = buckets.map((each, index) => {
          const { answered = 0, errors = 0, labels = {} } = sides[index] ?? {};
          return {
            ...each,
            contest: { ...each.contest, answered, errors },
            predictions: { rows: answered, numbers: [], labels: { ...labels } },
          };
        });
        const [transition] = planOf({ strategy, seconds: 1, counts: seen }).transitions;
        if (transition?.kind === "abort-rollout") exceeded.push(`${seed}: ${transition.message}`);
      }
    }
    expect(exceeded).toEqual([]);
  });
});

describe("a shadow", () => {
  const report = {
    mirrored: 200,
    dropped: 0,
    compared: 200,
    failed: 0,
    differingRequests: 0,
    rows: 200,
    differingRows: 0,
    largestDifference: 0,
    examples: [],
  };
  const reported = (changes: Partial<typeof report>, seconds = 31) =>
    planOf({
      strategy: shadow,
      phase: "shadow",
      seconds,
      values: { counts: { revisions: [], unserved: 0, shadow: { ...report, ...changes } } },
    });

  test("begins by mirroring, with all requests staying where they are", () => {
    const result = planOf({ strategy: shadow, phase: "starting" });
    expect(result.shares).toEqual([
      { revision: 1, weight: 100 },
      { revision: 2, weight: 0, mirrorPercent: 100 },
    ]);
  });

  test("is promoted by itself when its predictions hardly differ, and not before its time", () => {
    expect(shares(reported({}, 29))).toBe("1:100 2:0");
    expect(shares(reported({ compared: 99 }))).toBe("1:100 2:0");
    expect(shares(reported({ differingRows: 2 }))).toBe("2:100 1:0");
  });

  test.each([{ differingRows: 3 }, { failed: 3 }])("is given up when too much differs: %j", (changes) => {
    expect(reported(changes).transitions).toMatchObject([
      { kind: "abort-rollout", reason: "BoundsExceeded" },
    ]);
  });
});
