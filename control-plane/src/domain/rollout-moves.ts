/** The moves that a running rollout can make, as plans. Pure. */
import type { Check, RolloutProgress } from "@slipway/contracts/api/rollout";
import type { ObservedRevision } from "@slipway/contracts/observation";
import { sameValue } from "@slipway/contracts/same-value";
import type { Step } from "@slipway/contracts/step";
import type { RolloutDirective, RolloutRecord } from "./deployment.ts";
import type { Plan, PlanInput, Share, Transition } from "./plan-terms.ts";
import { restartsOf, stepsLeft } from "./rollout.ts";
import { movedShares, servingShares } from "./shares.ts";

/** A running rollout and all that its next move depends on. */
export interface Running {
  input: PlanInput;
  rollout: RolloutRecord;
  /** The revision that serves beside the new one; null when nothing does. */
  serving: number | null;
  target: ObservedRevision | null;
  progress: RolloutProgress;
  directive: RolloutDirective | null;
  steps: Step[];
}

/** It is live: the one before is kept warm. */
export function complete(running: Running): Plan {
  const { rollout, serving, steps, target } = running;
  const { generation, revision } = rollout;
  // A first revision goes live without any phase before.
  const restartsBefore = running.progress.phase === "starting" ? restartsOf(target) : rollout.restartsBefore;
  return {
    shares: movedShares(revision, serving),
    transitions: [{ kind: "complete-rollout", generation, revision, steps, restartsBefore }],
  };
}

/** It could not be brought up: what serves goes on. */
export function fail(running: Running, target: ObservedRevision): Plan {
  const { generation, revision } = running.rollout;
  return {
    shares: servingShares(running.serving),
    transitions: [
      {
        kind: "fail-rollout",
        generation,
        revision,
        reason: target.reason ?? "Failed",
        message:
          target.message ??
          "The data plane gave up on the revision without saying why; read the replica's log.",
        steps: running.steps,
      },
    ],
  };
}

/** It is given up: all requests go back to what serves. */
export function abort(
  running: Running,
  why: { reason: string; message: string; by: string },
  checks: Check[],
): Plan {
  const { generation, revision } = running.rollout;
  const steps = stepsLeft(running.steps, "Not reached: the rollout was given up.");
  return {
    shares: servingShares(running.serving),
    transitions: [{ kind: "abort-rollout", generation, revision, steps, checks, ...why }],
  };
}

/** All requests go to it now. */
export function move(running: Running, checks: Check[] = running.rollout.checks): Plan {
  const { input, rollout } = running;
  const progress: RolloutProgress = {
    phase: "moving",
    step: null,
    since: input.now.toISOString(),
    answeredBefore: 0,
    waitingFor: null,
    message: `All requests move to revision ${rollout.revision}.`,
  };
  return advance(running, movedShares(rollout.revision, running.serving), progress, checks);
}

/** Enters a phase, or a step, that people want to read about. */
export function advance(running: Running, shares: Share[], progress: RolloutProgress, checks: Check[]): Plan {
  const { rollout, steps, target } = running;
  const { generation, revision } = rollout;
  const restartsBefore = running.progress.phase === "starting" ? restartsOf(target) : rollout.restartsBefore;
  return {
    shares,
    transitions: [{ kind: "advance-rollout", generation, revision, steps, progress, checks, restartsBefore }],
  };
}

/** Nothing to decide yet; what has changed is recorded. */
export function wait(
  { rollout, steps, progress }: Running,
  shares: Share[],
  change: Partial<RolloutProgress>,
  checks: Check[] = [],
): Plan {
  const next = { ...progress, ...change };
  const same = sameValue([steps, next, checks], [rollout.steps, rollout.progress, rollout.checks]);
  const transitions: Transition[] = same
    ? []
    : [{ kind: "record-steps", generation: rollout.generation, steps, progress: next, checks }];
  return { shares, transitions };
}

/** How often replicas of the new revision have ended since it got its first request. */
export function restarts({ target, rollout }: Running): number {
  return restartsOf(target) - rollout.restartsBefore;
}

/** Why, when its replicas keep ending. */
export function deaths(running: Running): string {
  const { target } = running;
  const last = target?.replicas.findLast(({ message }) => message !== null)?.message ?? target?.message;
  return `Its replicas ended ${restarts(running)} times while it was tried. ${last ?? ""}`.trim();
}
