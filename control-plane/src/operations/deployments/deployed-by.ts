/** Which versions a group's deployments run: what serves counts, else the newest revision. */

import type { OperationPorts } from "#operations/ports.ts";
import { listDeployments } from "#store/deployment-store.ts";
import { readSnapshots } from "./snapshot.ts";

export interface DeployedVersion {
  id: string;
  name: string;
  status: string;
  trackingUri: string;
  workspace: string | null;
  modelName: string;
  modelVersion: string;
}

export async function deployedBy(
  { database }: Pick<OperationPorts, "database">,
  group: string,
): Promise<DeployedVersion[]> {
  const snapshots = await readSnapshots(database, await listDeployments(database, group));
  return snapshots.map(({ deployment, effective, view }) => ({
    id: deployment.id,
    name: deployment.name,
    status: view.status,
    trackingUri: effective.trackingUri,
    workspace: effective.workspace,
    modelName: effective.modelName,
    modelVersion: effective.modelVersion,
  }));
}
