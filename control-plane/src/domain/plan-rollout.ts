/**
 * Plans a rollout that is running: bring the new revision up, then move the requests as the strategy says.
 * starting → (shadow | canary, step by step) → moving → complete; each can end in failed or aborted. Pure.
 */
import { ALL_AT_ONCE } from "@slipway/contracts/api/strategy";
import type { RolloutDirective, RolloutRecord } from "./deployment.ts";
import { enterStep, planCanary } from "./plan-canary.ts";
import { enterShadow, planShadow } from "./plan-shadow.ts";
import { type Plan, type PlanInput, RESTARTS_MAX } from "./plan-terms.ts";
import { rolloutSteps, startingProgress } from "./rollout.ts";
import { abort, complete, deaths, fail, move, type Running, restarts, wait } from "./rollout-moves.ts";
import { bringUpShares, movedShares } from "./shares.ts";

type AbortDirective = Extract<RolloutDirective, { action: "abort" }>;

/** Plans the next move of a running rollout. */
export function planRollout(input: PlanInput, rollout: RolloutRecord): Plan {
  const { observation, servingRevision, desired, now, resolve } = input;
  const target = observation?.revisions.find(({ number }) => number === rollout.revision) ?? null;
  const running: Running = {
    input,
    rollout,
    serving: servingRevision === rollout.revision ? null : servingRevision,
    target,
    progress: rollout.progress ?? startingProgress(now),
    directive: desired.directive?.generation === rollout.generation ? desired.directive : null,
    steps: rolloutSteps(resolve, target, target?.live === true && target.weight === 100),
  };
  const { directive, serving } = running;
  if (directive?.action === "abort" && serving !== null) return abortByHand(running, directive);
  if (target?.state === "failed") return fail(running, target);
  switch (running.progress.phase) {
    case "starting":
      return planStarting(running);
    case "canary":
      return planCanary(running);
    case "shadow":
      return planShadow(running);
    case "moving":
      return planMoving(running);
  }
}

function planStarting(running: Running): Plan {
  const { target, serving, input, rollout } = running;
  if (target?.state !== "ready") return wait(running, bringUpShares(rollout.revision, serving), {});
  // What answers with one and the same process has nothing to be compared with.
  const strategy = serving === null ? ALL_AT_ONCE : input.target.strategy;
  if (running.directive?.action === "promote-all") return move(running);
  switch (strategy.kind) {
    case "all-at-once":
      return serving === null && target.live && target.weight === 100 ? complete(running) : move(running);
    case "canary":
      return enterStep(running, strategy, 0);
    case "shadow":
      return enterShadow(running, strategy);
  }
}

function planMoving(running: Running): Plan {
  const { target, rollout } = running;
  if (target?.live && target.weight === 100) return complete(running);
  // Its replicas died between the decision and the move: the old revision answers as the fallback meanwhile.
  if (restarts(running) >= RESTARTS_MAX) {
    return abort(
      running,
      { reason: "ReplicasDied", message: deaths(running), by: "slipway" },
      rollout.checks,
    );
  }
  return wait(running, movedShares(rollout.revision, running.serving), {}, rollout.checks);
}

function abortByHand(running: Running, { by, message: why }: AbortDirective): Plan {
  const message = why === "" ? `Aborted by ${by}.` : `Aborted by ${by}: ${why}`;
  return abort(running, { reason: "AbortedByUser", message, by }, running.rollout.checks);
}
