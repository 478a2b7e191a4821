/** Deploy: a registered model version becomes a new deployment. */
import type { CreatedDeployment, DeploymentRequest } from "@slipway/contracts/api/deployment";
import { AppError } from "@slipway/contracts/errors";
import {
  clientNameSchema,
  type DeploymentId,
  deploymentIdSchema,
  proposeDeploymentId,
} from "@slipway/contracts/ids";
import type { DesiredDeployment } from "#domain/deployment.ts";
import type { Principal } from "#domain/principal.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import { withinQuotas } from "#operations/groups/quota.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { announce } from "#store/change-feed.ts";
import { type Queryable, sqlState, UNIQUE_VIOLATION } from "#store/database.ts";
import { findDeployment, insertClient, insertDeployment, insertRevision } from "#store/deployment-store.ts";
import { appendEvent } from "#store/event-store.ts";
import { newClient } from "./new-client.ts";
import { resolveModel } from "./resolve-model.ts";
import { presentDeployment, readSnapshot } from "./snapshot.ts";
import { newSpec } from "./spec.ts";

const FIRST_CLIENT_NAME = "default";

/**
 * Makes the deployment with its first revision; the reconciler does the rest.
 * @throws AppError what `resolveModel` throws, `deployment_id_taken`, `invalid_request`, `quota_exceeded`.
 */
export async function deployModelVersion(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  request: DeploymentRequest,
): Promise<CreatedDeployment> {
  await requireGroup(ports, principal, group, "deploy");
  const model = await resolveModel(ports, group, request.modelUri);
  let firstClient: CreatedDeployment["firstClient"] = null;
  const clientName = clientNameSchema.safeParse(principal.username).data ?? FIRST_CLIENT_NAME;
  const deployment = await withinQuotas(ports.database, group, async (transaction) => {
    const id = request.id ?? (await freeId(transaction, request.name));
    const at = ports.now();
    const author = { createdAt: at, createdBy: principal.username };
    const row: DesiredDeployment = {
      id,
      groupName: group,
      name: request.name,
      desired: "running",
      targetRevision: 1,
      latestRevision: 1,
      generation: 1,
      directive: null,
      ...author,
      updatedAt: at,
      updatedBy: principal.username,
    };
    await insertOrRefuse(transaction, row);
    await insertRevision(transaction, {
      ...model,
      ...(await newSpec(ports, transaction, { request, model })),
      rollbackOf: null,
      deploymentId: id,
      number: 1,
      createdAt: at,
      author: principal.username,
      updateMessage: request.updateMessage,
    });
    if (request.access === "private") {
      const made = newClient({ deploymentId: id, name: clientName, ...author });
      await insertClient(transaction, made.record);
      firstClient = { name: clientName, token: made.token };
    }
    await appendEvent(transaction, {
      deploymentId: id,
      at,
      actor: principal.username,
      kind: "deployment.created",
      message: `Deployed models:/${model.modelName}/${model.modelVersion}.`,
      revision: 1,
    });
    await announce(transaction, { group, deployment: id, kind: "changed" });
    return row;
  });
  return {
    ...presentDeployment(await readSnapshot(ports.database, deployment), ports),
    firstClient,
  };
}

async function insertOrRefuse(transaction: Queryable, row: DesiredDeployment): Promise<void> {
  try {
    await insertDeployment(transaction, row);
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new AppError(
      "deployment_id_taken",
      `The deployment id '${row.id}' is taken. Ids are part of the endpoint's URL and unique in this Slipway; choose another.`,
      { details: { errors: [{ field: "id", message: "taken" }] } },
    );
  }
}

/** The id proposed for the name, numbered when it is taken. */
async function freeId(transaction: Queryable, name: string): Promise<DeploymentId> {
  const proposed = proposeDeploymentId(name);
  for (let suffix = 1; ; suffix++) {
    const id = deploymentIdSchema.parse(suffix === 1 ? proposed : `${proposed}-${suffix}`);
    if ((await findDeployment(transaction, id)) === undefined) return id;
  }
}
