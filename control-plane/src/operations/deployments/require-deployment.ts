/** Finds a deployment of a group, or says that there is none. */
import { AppError } from "@slipway/contracts/errors";
import type { DesiredDeployment } from "#domain/deployment.ts";
import type { GroupAction } from "#domain/policy.ts";
import type { Principal } from "#domain/principal.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { Queryable } from "#store/database.ts";
import { findDeployment, lockDeployment } from "#store/deployment-store.ts";

/** Where a request points: a deployment of a group. */
export interface DeploymentPath {
  group: string;
  id: string;
}

/** @throws AppError `group_not_found`, `forbidden`, `deployment_not_found`. */
export async function requireDeployment(
  ports: Pick<OperationPorts, "database">,
  principal: Principal,
  { group, id }: DeploymentPath,
  action: GroupAction,
): Promise<DesiredDeployment> {
  await requireGroup(ports, principal, group, action);
  return checked(await findDeployment(ports.database, id), { group, id });
}

/** Inside a transaction: reads the deployment and holds it against other writers. @throws AppError `deployment_not_found`. */
export async function lockExisting(transaction: Queryable, path: DeploymentPath): Promise<DesiredDeployment> {
  return checked(await lockDeployment(transaction, path.id), path);
}

function checked(
  deployment: DesiredDeployment | undefined,
  { group, id }: DeploymentPath,
): DesiredDeployment {
  if (deployment && deployment.groupName === group && deployment.desired !== "deleted") return deployment;
  throw new AppError(
    "deployment_not_found",
    `The group '${group}' has no deployment '${id}'. It may have been deleted; the list of deployments shows what there is.`,
  );
}
