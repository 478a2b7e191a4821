/** The steps of a rollout as one list: what the control plane did, what the data plane reports, and the switch. */
import type { RolloutProgress } from "@slipway/contracts/api/rollout";
import type { ObservedRevision } from "@slipway/contracts/observation";
import { pendingStep, type Step, type StepName } from "@slipway/contracts/step";
import type { RolloutRecord } from "./deployment.ts";

const DATA_PLANE_STEPS: StepName[] = ["download", "environment", "load", "smoke test"];

/** Builds the six steps; `observed` is null until the data plane has taken the revision up. */
export function rolloutSteps(
  resolve: { message: string; durationMs: number; at: Date },
  observed: ObservedRevision | null,
  live: boolean,
): Step[] {
  const reported = new Map(observed?.steps.map((step) => [step.name, step]));
  const middle = DATA_PLANE_STEPS.map((name) => reported.get(name) ?? pendingStep(name));
  return [
    {
      name: "resolve",
      state: "done",
      startedAt: resolve.at.toISOString(),
      durationMs: resolve.durationMs,
      message: resolve.message,
      output: [],
    },
    ...middle,
    liveStep(observed, middle, live),
  ];
}

function liveStep(observed: ObservedRevision | null, before: Step[], live: boolean): Step {
  const smokeTest = before.at(-1);
  const begun =
    observed?.state === "ready" && smokeTest?.startedAt
      ? new Date(Date.parse(smokeTest.startedAt) + (smokeTest.durationMs ?? 0)).toISOString()
      : null;
  if (live)
    return {
      ...pendingStep("live"),
      state: "done",
      startedAt: begun,
      message: "Requests reach the revision.",
    };
  if (begun !== null) return { ...pendingStep("live"), state: "running", startedAt: begun };
  return pendingStep("live");
}

/** The revision before, while it is kept ready for an instant rollback; null when there is none. */
export function warmRevision(
  rollout: Pick<RolloutRecord, "state" | "revision" | "fromRevision" | "finishedAt">,
  warmSeconds: number,
  now: Date,
): { revision: number; until: Date } | null {
  const { state, revision, fromRevision, finishedAt } = rollout;
  if (state !== "succeeded" || fromRevision === null || fromRevision === revision || finishedAt === null) {
    return null;
  }
  const until = new Date(finishedAt.getTime() + warmSeconds * 1000);
  return until.getTime() > now.getTime() ? { revision: fromRevision, until } : null;
}

/** How often the replicas of a revision have been restarted. */
export function restartsOf(observed: ObservedRevision | null | undefined): number {
  return (observed?.replicas ?? []).reduce((sum, { restarts }) => sum + restarts, 0);
}

/** The progress of a rollout that begins. */
export function startingProgress(now: Date): RolloutProgress {
  return {
    phase: "starting",
    step: null,
    since: now.toISOString(),
    answeredBefore: 0,
    waitingFor: "replicas",
    message: "The new revision is brought up beside what serves.",
  };
}

/** The steps of a rollout that ended early: what was under way, or still to come, was not reached. */
export function stepsLeft(steps: Step[], message: string): Step[] {
  return steps.map((step) =>
    step.state === "running" || step.state === "pending" ? { ...step, state: "skipped", message } : step,
  );
}
