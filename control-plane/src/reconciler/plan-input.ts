/** From what was read and observed to what a plan is made from. */
import { ALL_AT_ONCE } from "@slipway/contracts/api/strategy";
import type { Observation } from "@slipway/contracts/observation";
import { batchingInEffect } from "#domain/batching.ts";
import type { DesiredDeployment, RevisionRecord } from "#domain/deployment.ts";
import type { PlanInput } from "#domain/plan-terms.ts";
import { mergeCounts } from "#domain/receipt.ts";
import type { Intent } from "./intent.ts";

/** All but whether the present intent has been observed. */
export function planInput(
  intent: Intent,
  deployment: DesiredDeployment,
  { observation, epoch, now }: { observation: Observation | null; epoch: string; now: Date },
): Omit<PlanInput, "observed"> {
  const { id } = deployment;
  const rollout = intent.rollouts.get(id) ?? null;
  const desired = intent.revisions.get(`${id}/${deployment.targetRevision}`);
  const target = rollout === null ? undefined : intent.revisions.get(`${id}/${rollout.revision}`);
  const from = rollout === null ? undefined : intent.revisions.get(`${id}/${rollout.fromRevision}`);
  const counted = observation?.rollouts.find((each) => each.rollout === rollout?.generation);
  const earlier = (intent.counts.get(id) ?? []).filter(
    (each) => each.epoch !== epoch || counted === undefined,
  );
  return {
    desired: deployment,
    servingRevision: intent.facts.get(id)?.servingRevision ?? null,
    rollout,
    target: {
      // Two revisions that share their processes answer alike: there is nothing to compare.
      strategy: target === undefined || runsTheSame(target, from) ? ALL_AT_ONCE : target.strategy,
      warmSeconds: target?.warmSeconds ?? 0,
    },
    counts: mergeCounts([
      ...earlier.map(({ counts }) => counts),
      ...(counted === undefined ? [] : [counted]),
    ]),
    observation,
    resolve: {
      message: desired ? `${desired.requestedModelUri} is version ${desired.modelVersion}` : "",
      durationMs: desired?.resolveMs ?? 0,
      at: desired?.createdAt ?? deployment.updatedAt,
    },
    now,
  };
}

function runsTheSame(a: RevisionRecord, b: RevisionRecord | undefined): boolean {
  return b !== undefined && JSON.stringify(running(a)) === JSON.stringify(running(b));
}

/** What a process is started from. */
function running(revision: RevisionRecord): unknown {
  const { trackingUri, workspace, modelName, modelVersion, fingerprint, cpuThreads, memoryBytes } = revision;
  const variables = revision.variables.map(({ name, sealed }) => [name, sealed]);
  const { mode } = batchingInEffect({ ...revision.serving, batchingTag: revision.batchingTag });
  return [
    ...[trackingUri, workspace, modelName, modelVersion, fingerprint],
    ...[cpuThreads, memoryBytes, variables, mode],
  ];
}
