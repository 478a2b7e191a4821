import { ALL_AT_ONCE } from "@slipway/contracts/api/strategy";
import { describe, expect, test } from "vitest";
import { aDeployment, anObservation, aRollout } from "#testing/factories.ts";
import { plan } from "./plan.ts";
import type { PlanInput } from "./plan-terms.ts";

const resolve = { message: "models:/iris/1", durationMs: 5, at: new Date("2026-01-01T00:00:00Z") };

function planOf(values: Partial<PlanInput>) {
  return plan({
    desired: aDeployment(),
    servingRevision: null,
    rollout: null,
    observation: null,
    observed: false,
    resolve,
    target: { strategy: ALL_AT_ONCE, warmSeconds: 300 },
    counts: { revisions: [], unserved: 0, shadow: null },
    now: new Date("2026-01-01T00:01:00Z"),
    ...values,
  });
}

function kinds(result: ReturnType<typeof plan>): string[] {
  return result.transitions.map((transition) => transition.kind);
}

const updated = aDeployment({ targetRevision: 2, latestRevision: 2, generation: 2 });
const secondRollout = aRollout({ generation: 2, revision: 2, fromRevision: 1 });

describe("a first deployment", () => {
  test("is brought up and gets all requests as soon as it is ready", () => {
    const result = planOf({});
    expect(kinds(result)).toEqual(["begin-rollout"]);
    expect(result.shares).toEqual([{ revision: 1, weight: 100 }]);
  });

  test("is complete once the data plane says that requests reach it", () => {
    const result = planOf({ rollout: aRollout(), observation: anObservation({ live: true }) });
    expect(kinds(result)).toEqual(["complete-rollout"]);
  });

  test("fails with the data plane's reason, and nothing of it is left running", () => {
    const observation = anObservation({
      state: "failed",
      live: false,
      reason: "LoadFailed",
      message: "ImportError: no xgboost",
    });
    const result = planOf({ rollout: aRollout(), observation });
    expect(result.transitions).toMatchObject([
      { kind: "fail-rollout", reason: "LoadFailed", message: "ImportError: no xgboost" },
    ]);
    expect(result.shares).toEqual([]);
  });
});

describe("an update", () => {
  test("leaves all requests with the old revision until the new one has passed its smoke test", () => {
    const observation = anObservation({ number: 1 }, { number: 2, state: "preparing", live: false });
    const result = planOf({ desired: updated, servingRevision: 1, rollout: secondRollout, observation });
    expect(result.shares).toEqual([
      { revision: 1, weight: 100 },
      { revision: 2, weight: 0 },
    ]);
  });

  test("moves all requests in one go when the new revision is ready, keeping the old one until they have moved", () => {
    const observation = anObservation({ number: 1 }, { number: 2, live: false });
    const result = planOf({ desired: updated, servingRevision: 1, rollout: secondRollout, observation });
    expect(result.shares).toEqual([
      { revision: 1, weight: 0 },
      { revision: 2, weight: 100 },
    ]);
  });

  test("drops the old revision once the new one is live", () => {
    const observation = anObservation({ number: 1, live: false }, { number: 2, live: true });
    const result = planOf({ desired: updated, servingRevision: 1, rollout: secondRollout, observation });
    expect(result.shares).toEqual([{ revision: 2, weight: 100 }]);
    expect(kinds(result)).toEqual(["complete-rollout"]);
  });

  test("that fails leaves the old revision serving everything", () => {
    const observation = anObservation({ number: 1 }, { number: 2, state: "failed", live: false });
    const result = planOf({ desired: updated, servingRevision: 1, rollout: secondRollout, observation });
    expect(result.shares).toEqual([{ revision: 1, weight: 100 }]);
    const later = planOf({
      desired: updated,
      servingRevision: 1,
      rollout: { ...secondRollout, state: "failed" },
      observation,
    });
    expect(later).toEqual({ shares: [{ revision: 1, weight: 100 }], transitions: [] });
  });

  test("supersedes a rollout that is still running", () => {
    const result = planOf({
      desired: aDeployment({ targetRevision: 3, generation: 3 }),
      servingRevision: 1,
      rollout: secondRollout,
    });
    expect(kinds(result)).toEqual(["supersede-rollout", "begin-rollout"]);
    expect(result.shares.map((share) => share.revision)).toEqual([1, 3]);
  });
});

describe("an end", () => {
  const stopped = aDeployment({ desired: "stopped" });

  test("is recorded only after the data plane, knowing of it, runs nothing any more", () => {
    const ended = aRollout({ state: "succeeded" });
    const running = planOf({
      desired: stopped,
      servingRevision: 1,
      rollout: ended,
      observation: anObservation({}),
      observed: true,
    });
    expect(running).toEqual({ shares: [], transitions: [] });
    const unaware = planOf({
      desired: stopped,
      servingRevision: 1,
      rollout: ended,
      observation: null,
      observed: false,
    });
    expect(kinds(unaware)).toEqual([]);
    const gone = planOf({
      desired: stopped,
      servingRevision: 1,
      rollout: ended,
      observation: anObservation(),
      observed: true,
    });
    expect(kinds(gone)).toEqual(["record-stopped"]);
  });

  test("by deletion purges the rows last", () => {
    const deleted = aDeployment({ desired: "deleted" });
    expect(kinds(planOf({ desired: deleted, observation: anObservation({}), observed: true }))).toEqual([]);
    expect(kinds(planOf({ desired: deleted, observation: null, observed: true }))).toEqual(["purge"]);
  });

  test("ends a running rollout", () => {
    expect(kinds(planOf({ desired: stopped, rollout: aRollout() }))).toEqual(["supersede-rollout"]);
  });
});
