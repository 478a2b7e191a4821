/** What is told of a pool, once for each revision that shares it. Pure. */
import type { ObservedReplica, ObservedRevision } from "@slipway/contracts/observation";
import { pendingStep, type Step } from "@slipway/contracts/step";
import type { ServingReplica } from "./replica-pool.ts";

export type PoolState = ObservedRevision["state"];

export interface PoolFacts {
  /** Of the revision that the pool was made for. */
  number: number;
  state: PoolState;
  failure: { reason: string; message: string } | null;
  asleep: boolean;
  steps: Step[];
  replicas: {
    ready: readonly ServingReplica[];
    inFlight: number;
    message: string | null;
    example: ObservedRevision["example"];
    batching: ObservedRevision["batching"];
    observe: () => ObservedReplica[];
  };
  environmentHash: string | null;
}

/** `adoptedAt`: when the revision found the pool ready. */
export function observePool(
  { number: first, state, failure, asleep, steps, replicas, environmentHash }: PoolFacts,
  { number, weight, adoptedAt }: { number: number; weight: number; adoptedAt: string | null },
): ObservedRevision {
  const troubled = state === "failed" || state === "degraded";
  return {
    number,
    state,
    reason: troubled ? (failure?.reason ?? "ReplicasDown") : null,
    message: troubled
      ? (failure?.message ?? replicas.message ?? "No replica is ready; it is being restarted.")
      : null,
    weight,
    live: weight > 0 && (replicas.ready.length > 0 || asleep),
    inFlight: replicas.inFlight,
    steps: adoptedAt === null ? steps : skipped(steps, { startedAt: adoptedAt, by: first }),
    replicas: replicas.observe(),
    example: replicas.example,
    batching: replicas.batching,
    idle: asleep,
    environmentHash,
  };
}

function skipped(steps: readonly Step[], { startedAt, by }: { startedAt: string; by: number }): Step[] {
  const message = `Not needed: revision ${by}, which is the same, was still ready.`;
  return steps.map(({ name }) => ({
    ...pendingStep(name),
    state: "skipped",
    startedAt,
    durationMs: 0,
    message,
  }));
}
