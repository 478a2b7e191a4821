/** Start: brings back what served before the stop; on a failed deployment it tries again. */
import type { Deployment } from "@slipway/contracts/api/deployment";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { newestRollouts } from "#store/rollout-store.ts";
import { changeAndPresent } from "./change-deployment.ts";
import type { DeploymentPath } from "./require-deployment.ts";

/** Starting what runs changes nothing. @throws AppError `deployment_not_found`, `quota_exceeded`. */
export async function startDeployment(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Deployment> {
  return changeAndPresent(ports, principal, path, async (transaction, deployment) => {
    const rollout = (await newestRollouts(transaction, [deployment.id])).get(deployment.id);
    const failed = rollout?.state === "failed" && rollout.generation === deployment.generation;
    if (deployment.desired === "running" && !failed) return null;
    return {
      changes: { desired: "running", generation: deployment.generation + 1 },
      event: { kind: "deployment.started", message: "Started.", revision: deployment.targetRevision },
    };
  });
}
