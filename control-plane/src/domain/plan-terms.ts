/** The words of planning: what goes in, and the plan that comes out. */
import type { Check, RolloutProgress } from "@slipway/contracts/api/rollout";
import type { Strategy } from "@slipway/contracts/api/strategy";
import type { Observation, ObservedRollout } from "@slipway/contracts/observation";
import type { Step } from "@slipway/contracts/step";
import type { DesiredDeployment, RolloutRecord } from "./deployment.ts";

export interface PlanInput {
  desired: Pick<DesiredDeployment, "desired" | "targetRevision" | "generation" | "directive">;
  servingRevision: number | null;
  /** The newest rollout, or null before the first. */
  rollout: RolloutRecord | null;
  /** Of the revision that the newest rollout moves to. */
  target: { strategy: Strategy; warmSeconds: number };
  /** The requests of the newest rollout, over all starts of the data plane. */
  counts: Omit<ObservedRollout, "rollout">;
  /** What the runtime reports since it holds the last assignment; null when it reports nothing of this deployment. */
  observation: Observation | null;
  /** True once an observation was made after the present intent had been handed over. */
  observed: boolean;
  /** How long resolving took, for the first step; in ms. */
  resolve: { message: string; durationMs: number; at: Date };
  now: Date;
}

/** A revision to run, its share of the requests and what else it is kept for. */
export interface Share {
  revision: number;
  /** 0 to 100. */
  weight: number;
  /** Share of the requests that are sent to it a second time, for comparison only. */
  mirrorPercent?: number;
  /** Takes the requests while no revision with a weight has a ready replica. */
  fallback?: boolean;
}

interface RolloutEnd {
  generation: number;
  revision: number;
  reason: string;
  message: string;
}

export type Transition =
  | {
      kind: "begin-rollout";
      generation: number;
      revision: number;
      fromRevision: number | null;
      steps: Step[];
      progress: RolloutProgress;
    }
  | { kind: "supersede-rollout"; generation: number; revision: number; steps: Step[] }
  | { kind: "record-steps"; generation: number; steps: Step[]; progress: RolloutProgress; checks: Check[] }
  /** As `record-steps`, for a change that people want to read about. */
  | {
      kind: "advance-rollout";
      generation: number;
      revision: number;
      steps: Step[];
      progress: RolloutProgress;
      checks: Check[];
      restartsBefore: number;
    }
  | {
      kind: "complete-rollout";
      generation: number;
      revision: number;
      steps: Step[];
      restartsBefore: number;
    }
  | ({ kind: "fail-rollout"; steps: Step[] } & RolloutEnd)
  | ({ kind: "abort-rollout"; steps: Step[]; checks: Check[]; by: string } & RolloutEnd)
  | ({ kind: "return-rollout"; toRevision: number } & RolloutEnd)
  | { kind: "record-stopped" }
  | { kind: "purge" };

export interface Plan {
  /** Revisions to run, with their weights. */
  shares: Share[];
  /** What to record, in order. */
  transitions: Transition[];
}

/** How often the replicas of a new revision may end, from its first request on, before the old one gets them all again. */
export const RESTARTS_MAX = 3;
