import type { RolloutProgress } from "@slipway/contracts/api/rollout";
import { ALL_AT_ONCE } from "@slipway/contracts/api/strategy";
import { describe, expect, test } from "vitest";
import { aDeployment, anObservation, aReplica, aRollout } from "#testing/factories.ts";
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

const MOVED = [
  { revision: 2, weight: 100 },
  { revision: 1, weight: 0, fallback: true },
];

function inPhase(phase: RolloutProgress["phase"], values: Partial<RolloutProgress> = {}): RolloutProgress {
  return {
    phase,
    step: null,
    since: "2026-01-01T00:00:00.000Z",
    answeredBefore: 0,
    waitingFor: null,
    message: "",
    ...values,
  };
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

  test("writes down what it waits for once, in whatever order the database gives its keys back", () => {
    const observation = anObservation({ number: 1 }, { number: 2, state: "preparing", live: false });
    const waiting = { desired: updated, servingRevision: 1, observation };
    const [transition] = planOf({ ...waiting, rollout: secondRollout }).transitions;
    if (transition?.kind !== "record-steps") throw new Error("nothing was written down");
    const { steps, progress, checks } = transition;
    const turned = (record: object) => Object.fromEntries(Object.entries(record).toReversed());
    const rollout = { ...secondRollout, steps: steps.map(turned), progress: turned(progress), checks };
    expect(
      planOf({ ...waiting, rollout: aRollout(rollout as Partial<typeof secondRollout>) }).transitions,
    ).toEqual([]);
  });

  test("moves all requests in one go when the new revision is ready, keeping the old one until they have moved", () => {
    const observation = anObservation({ number: 1 }, { number: 2, live: false });
    const result = planOf({ desired: updated, servingRevision: 1, rollout: secondRollout, observation });
    expect(result.shares).toEqual(MOVED);
    expect(result.transitions).toMatchObject([{ kind: "advance-rollout", progress: { phase: "moving" } }]);
  });

  test("is complete once the data plane says that all requests reach the new revision", () => {
    const rollout = { ...secondRollout, progress: inPhase("moving") };
    const seen = (weight: number) =>
      planOf({
        desired: updated,
        servingRevision: 1,
        rollout,
        observation: anObservation({ number: 1, live: false, weight: 0 }, { number: 2, weight }),
      });
    expect(kinds(seen(50))).toEqual(["record-steps"]);
    expect(kinds(seen(100))).toEqual(["complete-rollout"]);
    expect(seen(100).shares).toEqual(MOVED);
  });

  test("keeps the old revision warm for its time, as the fallback, and then lets it go", () => {
    const rollout = {
      ...secondRollout,
      state: "succeeded" as const,
      finishedAt: new Date("2026-01-01T00:00:30Z"),
    };
    const at = (now: string, warmSeconds: number) =>
      planOf({
        desired: updated,
        servingRevision: 2,
        rollout,
        target: { strategy: ALL_AT_ONCE, warmSeconds },
        now: new Date(now),
      }).shares;
    expect(at("2026-01-01T00:01:00Z", 60)).toEqual(MOVED);
    expect(at("2026-01-01T00:01:31Z", 60)).toEqual([{ revision: 2, weight: 100 }]);
    expect(at("2026-01-01T00:00:30Z", 0)).toEqual([{ revision: 2, weight: 100 }]);
  });

  test("is taken back when the new revision keeps dying and the old one is still warm", () => {
    const rollout = {
      ...secondRollout,
      state: "succeeded" as const,
      finishedAt: new Date("2026-01-01T00:00:30Z"),
      restartsBefore: 1,
    };
    const dying = (restarts: number) =>
      planOf({
        desired: updated,
        servingRevision: 2,
        rollout,
        observation: anObservation(
          { number: 1, live: false, weight: 0 },
          {
            number: 2,
            state: "degraded",
            live: false,
            replicas: [aReplica({ restarts, message: "exit code 1" })],
          },
        ),
      });
    expect(dying(3)).toEqual({ shares: MOVED, transitions: [] });
    expect(dying(4).shares).toEqual([{ revision: 1, weight: 100 }]);
    expect(dying(4).transitions).toMatchObject([
      {
        kind: "return-rollout",
        toRevision: 1,
        reason: "ReplicasDied",
        message: expect.stringContaining("exit code 1"),
      },
    ]);
  });

  test("takes a revision that is scaled to zero for ready: it completes, and the warm one takes over asleep", () => {
    const asleep = { idle: true, replicas: [] };
    const completed = planOf({
      desired: updated,
      servingRevision: 1,
      rollout: { ...secondRollout, progress: inPhase("moving") },
      observation: anObservation({ number: 1, weight: 0, live: false }, { number: 2, ...asleep }),
    });
    expect(kinds(completed)).toEqual(["complete-rollout"]);
    const dying = aReplica({ restarts: 3, message: "exit code 1" });
    const returned = planOf({
      desired: updated,
      servingRevision: 2,
      rollout: { ...secondRollout, state: "succeeded", finishedAt: new Date("2026-01-01T00:00:30Z") },
      observation: anObservation(
        { number: 1, weight: 0, live: false, ...asleep },
        { number: 2, state: "degraded", live: false, replicas: [dying] },
      ),
    });
    expect(returned.shares).toEqual([{ revision: 1, weight: 100 }]);
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
