/** The list of deployments, one of them, and its history. */
import type {
  Deployment,
  DeploymentEvent,
  DeploymentSummary,
  deploymentListQuerySchema,
  Replica,
  Revision,
  Rollout,
} from "@slipway/contracts/api/deployment";
import { formatModelUri } from "@slipway/contracts/model-uri";
import type { z } from "zod";
import type { Principal } from "#domain/principal.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { listDeployments, listRevisions } from "#store/deployment-store.ts";
import { listEvents } from "#store/event-store.ts";
import { environmentHashes, listRollouts } from "#store/rollout-store.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";
import {
  presentDeployment,
  presentRollout,
  presentSummary,
  readSnapshot,
  readSnapshots,
} from "./snapshot.ts";

/** `search` matches name, id and model; `mine` is what the caller made or changed last. Newest change first. */
export async function listDeploymentSummaries(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  query: z.infer<typeof deploymentListQuerySchema>,
): Promise<DeploymentSummary[]> {
  await requireGroup(ports, principal, group, "view");
  const snapshots = await readSnapshots(ports.database, await listDeployments(ports.database, group));
  const needle = query.search?.trim().toLowerCase() ?? "";
  return snapshots
    .map((snapshot) => presentSummary(snapshot, ports.endpointOrigin))
    .filter((row) => query.status === undefined || row.status === query.status)
    .filter((row) => query.mine !== true || [row.createdBy, row.updatedBy].includes(principal.username))
    .filter((row) => [row.id, row.name, row.modelName].some((text) => text.toLowerCase().includes(needle)))
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
}

/** @throws AppError `deployment_not_found`. */
export async function getDeployment(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Deployment> {
  const deployment = await requireDeployment(ports, principal, path, "view");
  return presentDeployment(await readSnapshot(ports.database, deployment), ports.endpointOrigin, ports.now());
}

/** Newest first. */
export async function listDeploymentRevisions(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Revision[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  const [revisions, hashes] = await Promise.all([
    listRevisions(ports.database, id),
    environmentHashes(ports.database, id),
  ]);
  return revisions.map((revision) => ({
    number: revision.number,
    createdAt: revision.createdAt.toISOString(),
    author: revision.author,
    updateMessage: revision.updateMessage,
    requestedModelUri: revision.requestedModelUri,
    modelUri: formatModelUri(revision.modelName, revision.modelVersion),
    modelName: revision.modelName,
    resolvedVersion: revision.modelVersion,
    access: revision.access,
    description: revision.description,
    environmentHash: hashes.get(revision.number) ?? null,
  }));
}

/** Newest first. */
export async function listDeploymentRollouts(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Rollout[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  return (await listRollouts(ports.database, id)).map(presentRollout);
}

/** Newest first, at most 500. */
export async function listDeploymentEvents(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<DeploymentEvent[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  return (await listEvents(ports.database, id)).map((event) => ({
    id: String(event.sequence),
    at: event.at.toISOString(),
    actor: event.actor,
    kind: event.kind,
    message: event.message,
    revision: event.revision,
  }));
}

export async function listDeploymentReplicas(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Replica[]> {
  const deployment = await requireDeployment(ports, principal, path, "view");
  const { fact } = await readSnapshot(ports.database, deployment);
  return (fact?.observation?.revisions ?? []).flatMap((revision) =>
    revision.replicas.map((replica) => ({ ...replica, revision: revision.number })),
  );
}
