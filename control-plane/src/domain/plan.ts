/**
 * Planning: what is desired and what was observed go in, what to tell the runtime and what to record come out.
 * Pure: no clock, no I/O. The reconciler carries the plan out.
 */
import type { Observation, ObservedRevision } from "@slipway/contracts/observation";
import type { Step } from "@slipway/contracts/step";
import type { DesiredDeployment, RolloutRecord } from "./deployment.ts";
import { rolloutSteps } from "./rollout.ts";

export interface PlanInput {
  desired: Pick<DesiredDeployment, "desired" | "targetRevision" | "generation">;
  servingRevision: number | null;
  /** The newest rollout, or null before the first. */
  rollout: RolloutRecord | null;
  /** What the runtime reports since it holds the last assignment; null when it reports nothing of this deployment. */
  observation: Observation | null;
  /** True once an observation was made after the present intent had been handed over. */
  observed: boolean;
  /** How long resolving took, for the first step; in ms. */
  resolve: { message: string; durationMs: number; at: Date };
}

/** A revision and its share of the requests, 0 to 100. */
export interface Share {
  revision: number;
  weight: number;
  /** Share of the requests that are sent to it a second time, for comparison only. */
  mirrorPercent?: number;
  /** Takes the requests while no revision with a weight has a ready replica. */
  fallback?: boolean;
}

export type Transition =
  | {
      kind: "begin-rollout";
      generation: number;
      revision: number;
      fromRevision: number | null;
      steps: Step[];
    }
  | { kind: "supersede-rollout"; generation: number }
  | { kind: "record-steps"; generation: number; steps: Step[] }
  | { kind: "complete-rollout"; generation: number; revision: number; steps: Step[] }
  | {
      kind: "fail-rollout";
      generation: number;
      revision: number;
      reason: string;
      message: string;
      steps: Step[];
    }
  | { kind: "record-stopped" }
  | { kind: "purge" };

export interface Plan {
  /** Revisions to run, with their weights. */
  shares: Share[];
  /** What to record, in order. */
  transitions: Transition[];
}

/** Plans one deployment's next move. */
export function plan(input: PlanInput): Plan {
  if (input.desired.desired !== "running") return planStop(input);
  const { rollout, desired } = input;
  if (rollout === null || rollout.generation < desired.generation) return planBegin(input);
  if (rollout.state !== "running") {
    return {
      shares: input.servingRevision === null ? [] : [{ revision: input.servingRevision, weight: 100 }],
      transitions: [],
    };
  }
  return planRollout(input, rollout);
}

function planStop({ desired, rollout, servingRevision, observation, observed }: PlanInput): Plan {
  const transitions: Transition[] = [];
  if (rollout?.state === "running")
    transitions.push({ kind: "supersede-rollout", generation: rollout.generation });
  const gone = observed && (observation === null || observation.revisions.length === 0);
  if (gone && desired.desired === "deleted") transitions.push({ kind: "purge" });
  else if (gone && servingRevision !== null) transitions.push({ kind: "record-stopped" });
  return { shares: [], transitions };
}

function planBegin({ desired, rollout, servingRevision, resolve }: PlanInput): Plan {
  const transitions: Transition[] = [];
  if (rollout?.state === "running")
    transitions.push({ kind: "supersede-rollout", generation: rollout.generation });
  transitions.push({
    kind: "begin-rollout",
    generation: desired.generation,
    revision: desired.targetRevision,
    fromRevision: servingRevision,
    steps: rolloutSteps(resolve, null, false),
  });
  return { shares: sharesDuring(desired.targetRevision, servingRevision, false), transitions };
}

function planRollout({ servingRevision, observation, resolve }: PlanInput, rollout: RolloutRecord): Plan {
  const target = observation?.revisions.find((revision) => revision.number === rollout.revision) ?? null;
  const { generation, revision } = rollout;
  const steps = rolloutSteps(resolve, target, target?.live === true);
  if (target?.state === "failed") {
    const { reason, message } = failure(target);
    return {
      shares:
        servingRevision === null || servingRevision === revision
          ? []
          : [{ revision: servingRevision, weight: 100 }],
      transitions: [{ kind: "fail-rollout", generation, revision, reason, message, steps }],
    };
  }
  if (target?.state === "ready" && target.live) {
    return {
      shares: [{ revision, weight: 100 }],
      transitions: [{ kind: "complete-rollout", generation, revision, steps }],
    };
  }
  return {
    shares: sharesDuring(revision, servingRevision, target?.state === "ready"),
    transitions:
      JSON.stringify(steps) === JSON.stringify(rollout.steps)
        ? []
        : [{ kind: "record-steps", generation, steps }],
  };
}

/** The serving revision keeps all requests until the target has passed its smoke test; then they move in one go. */
function sharesDuring(target: number, serving: number | null, targetReady: boolean): Share[] {
  if (serving === null || serving === target) return [{ revision: target, weight: 100 }];
  return [
    { revision: serving, weight: targetReady ? 0 : 100 },
    { revision: target, weight: targetReady ? 100 : 0 },
  ];
}

function failure(target: ObservedRevision): { reason: string; message: string } {
  return {
    reason: target.reason ?? "Failed",
    message:
      target.message ?? "The data plane gave up on the revision without saying why; read the replica's log.",
  };
}
