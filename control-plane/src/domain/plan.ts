/**
 * Planning: what is desired and what was observed go in, what to tell the runtime and what to record come out.
 * Pure: no clock, no I/O. The reconciler carries the plan out. `plan-rollout.ts` plans a rollout that is running.
 */
import type { RolloutRecord } from "./deployment.ts";
import { planRollout } from "./plan-rollout.ts";
import { type Plan, type PlanInput, RESTARTS_MAX, type Transition } from "./plan-terms.ts";
import { restartsOf, rolloutSteps, startingProgress, stepsLeft, warmRevision } from "./rollout.ts";
import { bringUpShares } from "./shares.ts";

/** Plans one deployment's next move. */
export function plan(input: PlanInput): Plan {
  if (input.desired.desired !== "running") return planStop(input);
  const { rollout, desired } = input;
  if (rollout === null || rollout.generation < desired.generation) return planBegin(input);
  return rollout.state === "running" ? planRollout(input, rollout) : planServing(input, rollout);
}

/** The revisions that really get requests by a plan: what is brought up for the first time gets none yet. */
export function sharesInEffect(
  { shares, transitions }: Plan,
  servingRevision: number | null,
): { revision: number; weight: number }[] {
  const completed = transitions.find(({ kind }) => kind === "complete-rollout");
  if (servingRevision === null && completed === undefined) return [];
  return shares.filter(({ weight }) => weight > 0).map(({ revision, weight }) => ({ revision, weight }));
}

function planStop({ desired, rollout, servingRevision, observation, observed }: PlanInput): Plan {
  const transitions = supersede(rollout);
  const gone = observed && (observation === null || observation.revisions.length === 0);
  if (gone && desired.desired === "deleted") transitions.push({ kind: "purge" });
  else if (gone && servingRevision !== null) transitions.push({ kind: "record-stopped" });
  return { shares: [], transitions };
}

function planBegin({ desired, rollout, servingRevision, resolve, now }: PlanInput): Plan {
  const { generation, targetRevision } = desired;
  return {
    shares: bringUpShares(targetRevision, servingRevision === targetRevision ? null : servingRevision),
    transitions: [
      ...supersede(rollout),
      {
        kind: "begin-rollout",
        generation,
        revision: targetRevision,
        fromRevision: servingRevision,
        steps: rolloutSteps(resolve, null, false),
        progress: startingProgress(now),
      },
    ],
  };
}

/** After a rollout: what serves goes on, with the one before kept warm, which takes over when the new one keeps dying. */
function planServing({ servingRevision, observation, target, now }: PlanInput, rollout: RolloutRecord): Plan {
  if (servingRevision === null) return { shares: [], transitions: [] };
  const warm = warmRevision(rollout, target.warmSeconds, now);
  if (warm === null || rollout.revision !== servingRevision) {
    return { shares: [{ revision: servingRevision, weight: 100 }], transitions: [] };
  }
  const serving = observation?.revisions.find(({ number }) => number === servingRevision);
  const before = observation?.revisions.find(({ number }) => number === warm.revision);
  const restarts = restartsOf(serving) - rollout.restartsBefore;
  if (before?.state === "ready" && (serving?.state === "failed" || restarts >= RESTARTS_MAX)) {
    const last = serving?.replicas.findLast(({ message }) => message !== null)?.message ?? serving?.message;
    return {
      shares: [{ revision: warm.revision, weight: 100 }],
      transitions: [
        {
          kind: "return-rollout",
          generation: rollout.generation,
          revision: servingRevision,
          toRevision: warm.revision,
          reason: "ReplicasDied",
          message: `Its replicas ended ${restarts} times soon after it went live. ${last ?? ""}`.trim(),
        },
      ],
    };
  }
  return {
    shares: [
      { revision: servingRevision, weight: 100 },
      { revision: warm.revision, weight: 0, fallback: true },
    ],
    transitions: [],
  };
}

function supersede(rollout: RolloutRecord | null): Transition[] {
  if (rollout?.state !== "running") return [];
  const { generation, revision } = rollout;
  const steps = stepsLeft(rollout.steps, "Not reached: a newer change took its place.");
  return [{ kind: "supersede-rollout", generation, revision, steps }];
}
