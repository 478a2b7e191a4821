/** Delete: gone for its users at once; the reconciler ends its replicas and then removes its rows. */
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { changeDeployment } from "./change-deployment.ts";
import type { DeploymentPath } from "./require-deployment.ts";

/** @throws AppError `deployment_not_found`. */
export async function deleteDeployment(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<void> {
  await changeDeployment(ports, principal, path, async () => ({
    changes: { desired: "deleted" },
    event: { kind: "deployment.deleted", message: "Deleted." },
  }));
}
