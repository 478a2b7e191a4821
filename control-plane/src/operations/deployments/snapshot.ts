/** Reads all that is known of deployments in a fixed number of queries, and computes what people see. */
import type { Deployment, DeploymentSummary, Rollout } from "@slipway/contracts/api/deployment";
import type { DeploymentId } from "@slipway/contracts/ids";
import { formatModelUri } from "@slipway/contracts/model-uri";
import type { DesiredDeployment, RevisionRecord, RolloutRecord } from "#domain/deployment.ts";
import { computeStatus, type StatusView } from "#domain/status.ts";
import type { Database } from "#store/database.ts";
import { revisionsOf } from "#store/deployment-store.ts";
import { type FactRecord, factsOf, newestRollouts } from "#store/rollout-store.ts";

/** After how long without a report the live facts count as stale, in ms. */
const STALE_AFTER_MS = 15_000;

export interface Snapshot {
  deployment: DesiredDeployment;
  /** What serves, else the newest revision. */
  effective: RevisionRecord;
  latest: RevisionRecord;
  rollout: RolloutRecord | null;
  fact: FactRecord | null;
  view: StatusView;
}

/** Builds the snapshots of the given deployments. */
export async function readSnapshots(
  database: Database,
  deployments: DesiredDeployment[],
): Promise<Snapshot[]> {
  const ids = deployments.map((deployment) => deployment.id);
  const [revisions, rollouts, facts] = await Promise.all([
    revisionsOf(database, ids),
    newestRollouts(database, ids),
    factsOf(database, ids),
  ]);
  return deployments.map((deployment) => {
    const fact = facts.get(deployment.id) ?? null;
    const rollout = rollouts.get(deployment.id) ?? null;
    const latest = required(revisions, deployment.id, deployment.latestRevision);
    const effective =
      fact?.servingRevision == null ? latest : required(revisions, deployment.id, fact.servingRevision);
    const view = computeStatus({
      desired: deployment,
      rollout,
      generation: deployment.generation,
      servingRevision: fact?.servingRevision ?? null,
      observation: fact?.observation ?? null,
    });
    return { deployment, effective, latest, rollout, fact, view };
  });
}

/** One snapshot. */
export async function readSnapshot(database: Database, deployment: DesiredDeployment): Promise<Snapshot> {
  const [snapshot] = await readSnapshots(database, [deployment]);
  if (snapshot === undefined) throw new Error(`no snapshot of ${deployment.id}`);
  return snapshot;
}

export function presentSummary(
  { deployment, effective, fact, view }: Snapshot,
  endpointOrigin: string,
): DeploymentSummary {
  return {
    id: deployment.id,
    name: deployment.name,
    group: deployment.groupName,
    ...view,
    endpoint: `${endpointOrigin}/deployment/${deployment.id}/invocations`,
    access: effective.access,
    modelUri: formatModelUri(effective.modelName, effective.modelVersion),
    modelName: effective.modelName,
    modelVersion: effective.modelVersion,
    resolvedVersion: fact?.servingRevision == null ? null : effective.modelVersion,
    createdAt: deployment.createdAt.toISOString(),
    createdBy: deployment.createdBy,
    updatedAt: deployment.updatedAt.toISOString(),
    updatedBy: deployment.updatedBy,
  };
}

export function presentDeployment(snapshot: Snapshot, endpointOrigin: string, now: Date): Deployment {
  const { deployment, effective, latest, rollout, fact } = snapshot;
  const serving = fact?.observation?.revisions.find(({ number }) => number === fact.servingRevision);
  const replicas = fact?.observation?.revisions.flatMap((revision) => revision.replicas) ?? [];
  const observedAt = fact?.observedAt?.getTime() ?? deployment.createdAt.getTime();
  return {
    ...presentSummary(snapshot, endpointOrigin),
    description: latest.description,
    requestedModelUri: latest.requestedModelUri,
    latestRevision: deployment.latestRevision,
    servingRevision: fact?.servingRevision ?? null,
    steps: rollout?.steps ?? [],
    rollout: rollout === null ? null : presentRollout(rollout),
    replicas: deployment.desired === "running" ? effective.replicas : 0,
    availableReplicas: replicas.filter((replica) => replica.state === "ready").length,
    signature: effective.signature,
    // A version that was logged without any example still has the body that its smoke test was answered with.
    example: effective.example ?? serving?.example ?? null,
    stale: now.getTime() - observedAt > STALE_AFTER_MS,
  };
}

export function presentRollout(rollout: RolloutRecord): Rollout {
  return {
    revision: rollout.revision,
    fromRevision: rollout.fromRevision,
    state: rollout.state,
    startedAt: rollout.startedAt.toISOString(),
    finishedAt: rollout.finishedAt?.toISOString() ?? null,
    reason: rollout.reason,
    message: rollout.message,
    steps: rollout.steps,
  };
}

function required(revisions: Map<string, RevisionRecord>, id: DeploymentId, number: number): RevisionRecord {
  const revision = revisions.get(`${id}/${number}`);
  if (revision === undefined) throw new Error(`revision ${number} of deployment ${id} is missing`);
  return revision;
}
