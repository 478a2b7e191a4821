/** Stop: running requests finish, the replicas end, the URL stays. */
import type { Deployment } from "@slipway/contracts/api/deployment";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { factsOf } from "#store/rollout-store.ts";
import { changeAndPresent } from "./change-deployment.ts";
import type { DeploymentPath } from "./require-deployment.ts";

/** Stopping what is stopped changes nothing. @throws AppError `deployment_not_found`. */
export async function stopDeployment(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Deployment> {
  return changeAndPresent(ports, principal, path, async (transaction, deployment) => {
    if (deployment.desired === "stopped") return null;
    const fact = (await factsOf(transaction, [deployment.id])).get(deployment.id);
    return {
      // What served last is what a later start brings back, also when a newer revision had failed.
      changes: { desired: "stopped", targetRevision: fact?.servingRevision ?? deployment.targetRevision },
      event: { kind: "deployment.stopped", message: "Stopped." },
    };
  });
}
