import { describe, expect, test } from "vitest";
import { aDeployment, anObservation, aRollout } from "#testing/factories.ts";
import { computeStatus, type StatusInput } from "./status.ts";

function statusOf(values: Partial<StatusInput>) {
  return computeStatus({
    desired: aDeployment(),
    generation: 1,
    rollout: aRollout({ state: "succeeded" }),
    servingRevision: 1,
    observation: anObservation({}),
    ...values,
  });
}

describe("status", () => {
  test("is Deployed only while the serving revision is ready", () => {
    expect(statusOf({})).toMatchObject({ status: "Deployed", reason: "Serving" });
    expect(statusOf({ observation: anObservation({ state: "degraded" }) })).toMatchObject({
      status: "Deploying",
      reason: "ReplicaRestarting",
    });
    expect(statusOf({ observation: anObservation({ state: "preparing" }) })).toMatchObject({
      status: "Deploying",
      reason: "Restarting",
    });
  });

  test("is Deployed while the serving revision is scaled to zero, and says what the next call does", () => {
    const observation = anObservation({ idle: true, replicas: [] });
    const view = statusOf({ observation });
    expect(view).toMatchObject({ status: "Deployed", reason: "ScaledToZero" });
    expect(view.message).toContain("The next call starts one");
    // What people must know of a failed update goes before.
    const rollout = aRollout({ state: "failed", revision: 2, message: "ValueError: no" });
    expect(statusOf({ observation, rollout })).toMatchObject({ status: "Deployed", reason: "RolloutFailed" });
  });

  test("is Deploying from the very moment of a change", () => {
    expect(statusOf({ generation: 2 })).toMatchObject({ status: "Deploying" });
    expect(statusOf({ rollout: null, servingRevision: null })).toMatchObject({ status: "Deploying" });
    expect(statusOf({ rollout: aRollout(), servingRevision: null })).toMatchObject({ status: "Deploying" });
  });

  test("stays Deployed when an update fails, and says what failed", () => {
    const view = statusOf({ rollout: aRollout({ state: "failed", revision: 2, message: "ValueError: no" }) });
    expect(view).toMatchObject({ status: "Deployed", reason: "RolloutFailed" });
    expect(view.message).toContain("ValueError: no");
  });

  test("is Failed with the Python error when nothing serves", () => {
    const rollout = aRollout({ state: "failed", reason: "LoadFailed", message: "ImportError: x" });
    expect(statusOf({ rollout, servingRevision: null })).toEqual({
      status: "Failed",
      reason: "LoadFailed",
      message: "ImportError: x",
    });
  });

  test("is Stopping until the last replica has ended, then Stopped", () => {
    const desired = aDeployment({ desired: "stopped" });
    expect(statusOf({ desired }).status).toBe("Stopping");
    expect(statusOf({ desired, servingRevision: null }).status).toBe("Stopping");
    expect(statusOf({ desired, servingRevision: null, observation: anObservation() }).status).toBe("Stopped");
  });
});
