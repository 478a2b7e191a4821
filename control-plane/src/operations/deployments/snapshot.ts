/** Reads all that is known of deployments in a fixed number of queries, and computes what people see. */
import type { Deployment, DeploymentSummary, Revision } from "@slipway/contracts/api/deployment";
import type { Traffic } from "@slipway/contracts/api/traffic";
import type { DeploymentId } from "@slipway/contracts/ids";
import { formatModelUri } from "@slipway/contracts/model-uri";
import type { ObservedRevision, ObservedRollout } from "@slipway/contracts/observation";
import { type AliasView, viewAlias } from "#domain/alias.ts";
import type { DesiredDeployment, RevisionRecord, RolloutRecord } from "#domain/deployment.ts";
import { warmRevision } from "#domain/rollout.ts";
import { computeStatus, type StatusView } from "#domain/status.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { aliasFactsOf } from "#store/alias-store.ts";
import type { Database } from "#store/database.ts";
import { findRevisions } from "#store/deployment-store.ts";
import { environmentHashes, type FactRecord, factsOf, newestRollouts } from "#store/rollout-store.ts";
import type { TrafficShare } from "#store/schema.ts";
import { countsOf, newestShares } from "#store/traffic-store.ts";
import { presentRevision } from "./present-revision.ts";
import { presentRollout } from "./present-rollout.ts";

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
  alias: AliasView | null;
}

/** What one deployment's page needs beside the snapshot. */
export interface FullSnapshot extends Snapshot {
  shares: TrafficShare[];
  environmentHashes: Map<number, string>;
  /** The revisions that the newest rollout is about, by number. */
  involved: RevisionRecord[];
  counts: ObservedRollout[];
}

const NO_TRAFFIC: Traffic = { requestsLastMinute: 0, failedLastMinute: 0, lastRequestAt: null };

/** Builds the snapshots of the given deployments. */
export async function readSnapshots(
  database: Database,
  deployments: DesiredDeployment[],
): Promise<Snapshot[]> {
  const ids = deployments.map((deployment) => deployment.id);
  const [rollouts, facts, aliases] = await Promise.all([
    newestRollouts(database, ids),
    factsOf(database, ids),
    aliasFactsOf(database, ids),
  ]);
  const revisions = await findRevisions(
    database,
    deployments.flatMap(({ id, latestRevision }) => [
      { id, number: latestRevision },
      { id, number: facts.get(id)?.servingRevision },
    ]),
  );
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
    const servingVersion = fact?.servingRevision == null ? null : effective.modelVersion;
    const alias = viewAlias(latest, aliases.get(deployment.id), servingVersion);
    return { deployment, effective, latest, rollout, fact, view, alias };
  });
}

/** One deployment, with all that its page shows. */
export async function readSnapshot(database: Database, deployment: DesiredDeployment): Promise<FullSnapshot> {
  const { id } = deployment;
  const [[snapshot], shares, hashes] = await Promise.all([
    readSnapshots(database, [deployment]),
    newestShares(database, [id]),
    environmentHashes(database, id),
  ]);
  if (snapshot === undefined) throw new Error(`no snapshot of ${id}`);
  const { rollout } = snapshot;
  const [counts, involved] =
    rollout === null
      ? [new Map<number, ObservedRollout[]>(), new Map<string, RevisionRecord>()]
      : await Promise.all([
          countsOf(database, id, [rollout.generation]),
          findRevisions(database, [
            { id, number: rollout.revision },
            { id, number: rollout.fromRevision },
          ]),
        ]);
  return {
    ...snapshot,
    shares: shares.get(id) ?? [],
    environmentHashes: hashes,
    involved: [...involved.values()],
    counts: rollout === null ? [] : (counts.get(rollout.generation) ?? []),
  };
}

export function presentSummary(
  { deployment, effective, rollout, fact, view, alias }: Snapshot,
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
    alias,
    traffic: fact?.observation?.traffic ?? NO_TRAFFIC,
    runningRollout:
      rollout?.state === "running"
        ? {
            id: String(rollout.generation),
            revision: rollout.revision,
            phase: rollout.progress?.phase ?? "starting",
          }
        : null,
  };
}

export function presentDeployment(
  snapshot: FullSnapshot,
  { endpointOrigin, sealingKey, now }: Pick<OperationPorts, "endpointOrigin" | "sealingKey" | "now">,
): Deployment {
  const { deployment, effective, latest, rollout, fact, shares, counts } = snapshot;
  const at = now();
  const present = (record: RevisionRecord): Revision =>
    presentRevision(record, {
      environmentHash: snapshot.environmentHashes.get(record.number) ?? null,
      sealingKey,
    });
  const serving = fact?.observation?.revisions.find(({ number }) => number === fact.servingRevision);
  const observedAt = fact?.observedAt?.getTime() ?? deployment.createdAt.getTime();
  const target = snapshot.involved.find(({ number }) => number === rollout?.revision);
  const warm = rollout === null ? null : warmRevision(rollout, target?.warmSeconds ?? 0, at);
  const revisions = new Map(snapshot.involved.map((record) => [record.number, present(record)]));
  return {
    ...presentSummary(snapshot, endpointOrigin),
    description: latest.description,
    requestedModelUri: latest.requestedModelUri,
    latestRevision: deployment.latestRevision,
    servingRevision: fact?.servingRevision ?? null,
    latest: present(latest),
    shares: deployment.desired === "running" ? shares : [],
    warm: warm === null ? null : { revision: warm.revision, until: warm.until.toISOString() },
    steps: rollout?.steps ?? [],
    rollout: rollout === null ? null : presentRollout(rollout, { revisions, counts }),
    replicas: deployment.desired === "running" ? wantedReplicas(effective, serving) : 0,
    availableReplicas: availableReplicas(fact),
    serving: serving === undefined ? null : { batching: serving.batching, idle: serving.idle },
    signature: effective.signature,
    // A version that was logged without any example still has the body that its smoke test was answered with.
    example: effective.example ?? serving?.example ?? null,
    stale: at.getTime() - observedAt > STALE_AFTER_MS,
  };
}

/** What scales to zero runs one replica until it does. */
function wantedReplicas(
  { minReplicas }: RevisionRecord,
  serving: Pick<ObservedRevision, "idle"> | undefined,
): number {
  return minReplicas === 0 && serving?.idle !== true ? 1 : minReplicas;
}

/** The ready replicas of what serves, else of what is being brought up. */
function availableReplicas(fact: FactRecord | null): number {
  const revisions = fact?.observation?.revisions ?? [];
  const serving = revisions.filter(({ live }) => live);
  return (serving.length > 0 ? serving : revisions)
    .flatMap(({ replicas }) => replicas)
    .filter(({ state }) => state === "ready").length;
}

function required(revisions: Map<string, RevisionRecord>, id: DeploymentId, number: number): RevisionRecord {
  const revision = revisions.get(`${id}/${number}`);
  if (revision === undefined) throw new Error(`revision ${number} of deployment ${id} is missing`);
  return revision;
}
