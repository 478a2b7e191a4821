/** The list of deployments, one of them, and its history. */
import type {
  Deployment,
  DeploymentSummary,
  deploymentListQuerySchema,
  Replica,
} from "@slipway/contracts/api/deployment";
import type { z } from "zod";
import type { Principal } from "#domain/principal.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { listDeployments } from "#store/deployment-store.ts";
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

/** The replicas of every revision that runs. */
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
