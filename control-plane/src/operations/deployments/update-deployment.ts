/** Update: a new revision, made of the newest one and what the patch changes. */
import type { Deployment, DeploymentPatch } from "@slipway/contracts/api/deployment";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { insertRevision } from "#store/deployment-store.ts";
import { aimAtNextRevision, assertBase, changeAndPresent } from "./change-deployment.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";
import { requireRevision } from "./require-revision.ts";
import { resolveModel } from "./resolve-model.ts";
import { changedSpec } from "./spec.ts";

/** A stopped deployment is started by it. @throws AppError what `resolveModel` throws, `deployment_not_found`, `conflict`, `invalid_request`, `quota_exceeded`. */
export async function updateDeployment(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  patch: DeploymentPatch,
): Promise<Deployment> {
  await requireDeployment(ports, principal, path, "deploy");
  const model = patch.modelUri === undefined ? null : await resolveModel(ports, path.group, patch.modelUri);
  return changeAndPresent(ports, principal, path, async (transaction, deployment, at) => {
    assertBase(deployment, patch.baseRevision);
    const previous = await requireRevision(transaction, deployment.id, deployment.latestRevision);
    const number = deployment.latestRevision + 1;
    await insertRevision(transaction, {
      ...previous,
      ...model,
      number,
      createdAt: at,
      author: principal.username,
      updateMessage: patch.updateMessage,
      ...(await changedSpec(ports, transaction, { previous, patch, model: model ?? previous })),
      rollbackOf: null,
    });
    const { modelName, modelVersion } = model ?? previous;
    return {
      changes: aimAtNextRevision(deployment),
      event: {
        kind: "deployment.updated",
        message: `Updated to models:/${modelName}/${modelVersion}.`,
        revision: number,
      },
    };
  });
}
