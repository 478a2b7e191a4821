/** All deployments with their status, whoever they belong to: for the figures of the whole installation. */
import type { OperationPorts } from "#operations/ports.ts";
import { listAllDeployments } from "#store/deployment-store.ts";
import type { CountedDeployment } from "#telemetry/metrics.ts";
import { readSnapshots } from "./snapshot.ts";

/** Those that are being deleted are left out. */
export async function countDeployments({ database }: OperationPorts): Promise<CountedDeployment[]> {
  const deployments = (await listAllDeployments(database)).filter(({ desired }) => desired !== "deleted");
  const snapshots = await readSnapshots(database, deployments);
  return snapshots.map(({ deployment, view }) => ({
    id: deployment.id,
    group: deployment.groupName,
    status: view.status,
  }));
}
