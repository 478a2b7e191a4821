/** A shadow: the new revision gets copies of the requests, and its answers are compared and thrown away. Pure. */
import type { RolloutProgress } from "@slipway/contracts/api/rollout";
import type { Strategy } from "@slipway/contracts/api/strategy";
import { type Plan, RESTARTS_MAX } from "./plan-terms.ts";
import { abort, advance, deaths, move, type Running, restarts, wait } from "./rollout-moves.ts";
import { shadowShares } from "./shares.ts";

type Shadow = Extract<Strategy, { kind: "shadow" }>;

/** Begins to mirror. */
export function enterShadow(running: Running, strategy: Shadow): Plan {
  const { input, rollout } = running;
  const progress: RolloutProgress = {
    phase: "shadow",
    step: null,
    since: input.now.toISOString(),
    answeredBefore: 0,
    waitingFor: "time",
    message: `${strategy.percent} % of the requests are mirrored to revision ${rollout.revision}; its answers are compared and thrown away.`,
  };
  return advance(running, shadowShares(rollout.revision, running.serving, strategy.percent), progress, []);
}

/** Promotes, waits, or gives the new revision up. */
export function planShadow(running: Running): Plan {
  const { input, progress, rollout, directive } = running;
  const { strategy } = input.target;
  if (strategy.kind !== "shadow") return move(running);
  if (restarts(running) >= RESTARTS_MAX) {
    return abort(running, { reason: "ReplicasDied", message: deaths(running), by: "slipway" }, []);
  }
  if (directive?.action === "promote" || directive?.action === "promote-all") return move(running);
  const report = input.counts.shadow;
  const tried = (report?.compared ?? 0) + (report?.failed ?? 0);
  const seconds = (input.now.getTime() - Date.parse(progress.since)) / 1000;
  const told = `${tried} mirrored requests compared; ${report?.differingRows ?? 0} of ${report?.rows ?? 0} rows differ, ${report?.failed ?? 0} requests failed.`;
  const waitingFor =
    seconds < strategy.seconds
      ? "time"
      : tried < strategy.requestsMin
        ? "requests"
        : strategy.promotion === "manual"
          ? "promotion"
          : null;
  if (waitingFor !== null) {
    return wait(running, shadowShares(rollout.revision, running.serving, strategy.percent), {
      waitingFor,
      message: told,
    });
  }
  const share =
    ((report?.differingRows ?? 0) + (report?.failed ?? 0)) /
    Math.max(1, (report?.rows ?? 0) + (report?.failed ?? 0));
  if (share <= strategy.differingRowsMax) return move(running);
  const message = `${told} At most ${strategy.differingRowsMax * 100} % may differ for revision ${rollout.revision} to be promoted by itself.`;
  return abort(running, { reason: "BoundsExceeded", message, by: "slipway" }, []);
}
