/** The list of deployments, one of them, and its history. */
import type {
  Deployment,
  DeploymentEvent,
  DeploymentSummary,
  deploymentListQuerySchema,
  Replica,
  Revision,
  revisionsQuerySchema,
} from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import type { z } from "zod";
import type { Principal } from "#domain/principal.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { listDeployments, listRevisions } from "#store/deployment-store.ts";
import { listEvents } from "#store/event-store.ts";
import { environmentHashes, listRollouts } from "#store/rollout-store.ts";
import { countsOf, sharesAt } from "#store/traffic-store.ts";
import { presentRevision } from "./present-revision.ts";
import { presentRollout } from "./present-rollout.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";
import { presentDeployment, presentSummary, readSnapshot, readSnapshots } from "./snapshot.ts";

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
  return presentDeployment(await readSnapshot(ports.database, deployment), ports);
}

/** Newest first; with `at`, only those that got requests at that time, each with its share. */
export async function listDeploymentRevisions(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  { at }: z.infer<typeof revisionsQuerySchema> = {},
): Promise<Revision[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  const [records, hashes, shares] = await Promise.all([
    listRevisions(ports.database, id),
    environmentHashes(ports.database, id),
    at === undefined ? null : sharesAt(ports.database, id, new Date(at)),
  ]);
  const revisions = records.map((record) =>
    presentRevision(record, {
      environmentHash: hashes.get(record.number) ?? null,
      sealingKey: ports.sealingKey,
    }),
  );
  if (shares === null) return revisions;
  const weights = new Map(shares.map(({ revision, weight }) => [revision, weight]));
  return revisions
    .map((revision) => ({ ...revision, weight: weights.get(revision.number) ?? 0 }))
    .filter(({ weight }) => weight > 0);
}

/** Newest first. */
export async function listDeploymentRollouts(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Rollout[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  const rollouts = await listRollouts(ports.database, id);
  const [records, hashes, counts] = await Promise.all([
    listRevisions(ports.database, id),
    environmentHashes(ports.database, id),
    countsOf(
      ports.database,
      id,
      rollouts.map(({ generation }) => generation),
    ),
  ]);
  const { sealingKey } = ports;
  const revisions = new Map(
    records.map((record) => [
      record.number,
      presentRevision(record, { environmentHash: hashes.get(record.number) ?? null, sealingKey }),
    ]),
  );
  return rollouts.map((rollout) =>
    presentRollout(rollout, { revisions, counts: counts.get(rollout.generation) ?? [] }),
  );
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
