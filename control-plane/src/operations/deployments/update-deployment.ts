/** Update: a new revision, made of the newest one and what the patch changes. */
import type { Deployment, DeploymentPatch } from "@slipway/contracts/api/deployment";
import type { DesiredDeployment, RevisionRecord } from "#domain/deployment.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { Queryable } from "#store/database.ts";
import { insertRevision } from "#store/deployment-store.ts";
import {
  aimAtNextRevision,
  assertBase,
  changeAndPresent,
  type DeploymentChange,
} from "./change-deployment.ts";
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
    return insertNextRevision(transaction, deployment, {
      revision: {
        ...previous,
        ...model,
        ...(await changedSpec(ports, transaction, { previous, patch, model: model ?? previous })),
        createdAt: at,
        author: principal.username,
        updateMessage: patch.updateMessage,
      },
      kind: "deployment.updated",
    });
  });
}

/** Writes the next revision, which is no rollback, and aims the deployment at it. */
export async function insertNextRevision(
  transaction: Queryable,
  deployment: DesiredDeployment,
  { revision, kind }: { revision: RevisionRecord; kind: string },
): Promise<DeploymentChange> {
  const number = deployment.latestRevision + 1;
  await insertRevision(transaction, { ...revision, number, rollbackOf: null });
  return {
    changes: aimAtNextRevision(deployment),
    event: {
      kind,
      message: `Updated to models:/${revision.modelName}/${revision.modelVersion}.`,
      revision: number,
    },
  };
}
