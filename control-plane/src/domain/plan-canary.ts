/** A canary: the new revision gets more and more of the requests while it is no worse than the old. Pure. */
import type { Check, RolloutProgress } from "@slipway/contracts/api/rollout";
import type { Strategy } from "@slipway/contracts/api/strategy";
import { judge } from "./judge.ts";
import { type Plan, RESTARTS_MAX } from "./plan-terms.ts";
import { abort, advance, deaths, move, type Running, restarts, wait } from "./rollout-moves.ts";
import { canaryShares } from "./shares.ts";

type Canary = Extract<Strategy, { kind: "canary" }>;

/** Goes on to the next step, waits, or gives the new revision up. */
export function planCanary(running: Running): Plan {
  const { input, rollout, progress, directive } = running;
  const { strategy } = input.target;
  const index = progress.step ?? 0;
  const step = strategy.kind === "canary" ? strategy.steps[index] : undefined;
  if (strategy.kind !== "canary" || step === undefined) return move(running);
  const old = input.counts.revisions.find(({ revision }) => revision === rollout.fromRevision);
  const next = input.counts.revisions.find(({ revision }) => revision === rollout.revision);
  const checks = judge(old, next, strategy.bounds);
  const exceeded = checks.filter(({ outcome }) => outcome === "exceeded");
  if (exceeded.length > 0) {
    const why = exceeded.map(({ name, message }) => `${capital(name)}: ${message}`).join(" ");
    return abort(running, { reason: "BoundsExceeded", message: why, by: "slipway" }, checks);
  }
  if (restarts(running) >= RESTARTS_MAX) {
    return abort(running, { reason: "ReplicasDied", message: deaths(running), by: "slipway" }, checks);
  }
  if (directive?.action === "promote-all") return move(running, checks);
  const promoted = directive?.action === "promote" && directive.step >= index;
  const answered = (next?.contest.answered ?? 0) - progress.answeredBefore;
  const waitingFor = promoted ? null : canaryWaitsFor(running, strategy, { ...step, answered });
  if (waitingFor === null) {
    return index + 1 < strategy.steps.length
      ? enterStep(running, strategy, index + 1, checks)
      : move(running, checks);
  }
  const message = `${stepMessage(strategy, index, rollout.revision)} ${WAITS[waitingFor](answered, strategy.bounds.requestsMin)}`;
  return wait(
    running,
    canaryShares(rollout.revision, running.serving, step.weight),
    { waitingFor, message },
    checks,
  );
}

const WAITS = {
  time: () => "The step is not over yet.",
  requests: (answered: number, wanted: number) =>
    `It has answered ${answered} of the ${wanted} requests that the step asks for.`,
  promotion: () => "It waits for somebody to promote it.",
} as const;

function canaryWaitsFor(
  { input, progress }: Running,
  { promotion, bounds }: Canary,
  { pauseSeconds, answered }: { pauseSeconds: number; answered: number },
): keyof typeof WAITS | null {
  if (input.now.getTime() - Date.parse(progress.since) < pauseSeconds * 1000) return "time";
  if (promotion === "manual") return "promotion";
  return answered < bounds.requestsMin ? "requests" : null;
}

/** Gives the new revision the share of a step. */
export function enterStep(running: Running, strategy: Canary, index: number, checks: Check[] = []): Plan {
  const { input, rollout } = running;
  const next = input.counts.revisions.find(({ revision }) => revision === rollout.revision);
  const progress: RolloutProgress = {
    phase: "canary",
    step: index,
    since: input.now.toISOString(),
    answeredBefore: next?.contest.answered ?? 0,
    waitingFor: "time",
    message: stepMessage(strategy, index, rollout.revision),
  };
  return advance(
    running,
    canaryShares(rollout.revision, running.serving, strategy.steps[index]?.weight ?? 0),
    progress,
    checks,
  );
}

function stepMessage({ steps }: Canary, index: number, revision: number): string {
  return `Step ${index + 1} of ${steps.length}: ${steps[index]?.weight ?? 0} % of the requests go to revision ${revision}.`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
