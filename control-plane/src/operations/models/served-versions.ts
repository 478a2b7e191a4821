/** Which versions a group's deployments send requests to now: what serves, and what a running rollout lets in. */
import type { MlflowPlace } from "#domain/mlflow.ts";
import type { ServedVersion } from "#domain/version-stamp.ts";
import { readSnapshots } from "#operations/deployments/snapshot.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { findRevisions, listDeployments } from "#store/deployment-store.ts";
import { newestShares } from "#store/traffic-store.ts";

/** Without those of deployments that are stopped, have never served or could not be started again. */
export async function servedVersions(
  { database }: Pick<OperationPorts, "database">,
  group: string,
): Promise<(ServedVersion & MlflowPlace)[]> {
  const snapshots = await readSnapshots(database, await listDeployments(database, group));
  const serving = snapshots.filter(
    ({ deployment, fact, view }) =>
      deployment.desired === "running" && fact?.servingRevision != null && view.status !== "Failed",
  );
  const shares = await newestShares(
    database,
    serving.map(({ deployment }) => deployment.id),
  );
  const keys = serving.flatMap(({ deployment: { id }, fact }) => {
    const sharing = (shares.get(id) ?? []).filter(({ weight }) => weight > 0);
    return [fact?.servingRevision, ...sharing.map(({ revision }) => revision)].map((number) => ({
      id,
      number,
    }));
  });
  const revisions = await findRevisions(database, keys);
  return [...revisions.values()].map(
    ({ deploymentId, modelName, modelVersion, fingerprint, trackingUri, workspace }) => ({
      ...{ deploymentId, modelName, number: Number(modelVersion), fingerprint, trackingUri, workspace },
    }),
  );
}
