/** Roll back: a new revision that copies an old one, down to the exact model version. */
import type { Deployment } from "@slipway/contracts/api/deployment";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { insertRevision } from "#store/deployment-store.ts";
import { aimAtNextRevision, assertBase, changeAndPresent } from "./change-deployment.ts";
import type { DeploymentPath } from "./require-deployment.ts";
import { requireRevision } from "./require-revision.ts";

/** @throws AppError `deployment_not_found`, `revision_not_found`, `conflict`, `quota_exceeded`. */
export async function rollBack(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  {
    revision,
    updateMessage,
    baseRevision,
  }: { revision: number; updateMessage: string; baseRevision?: number | undefined },
): Promise<Deployment> {
  return changeAndPresent(ports, principal, path, async (transaction, deployment, at) => {
    assertBase(deployment, baseRevision);
    const old = await requireRevision(transaction, deployment.id, revision);
    const number = deployment.latestRevision + 1;
    await insertRevision(transaction, {
      ...old,
      number,
      rollbackOf: revision,
      // Who goes back wants to stay there: the alias's version is what one came from.
      aliasPolicy: old.aliasPolicy === "roll-out" ? "notify" : old.aliasPolicy,
      createdAt: at,
      author: principal.username,
      updateMessage: updateMessage === "" ? `Roll back to revision ${revision}` : updateMessage,
    });
    return {
      changes: aimAtNextRevision(deployment),
      event: {
        kind: "deployment.rolled-back",
        message: `Rolled back to revision ${revision}.`,
        revision: number,
      },
    };
  });
}
