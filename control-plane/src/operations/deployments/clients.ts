/** Clients: the named callers of a private endpoint. Their tokens are shown once and kept as hashes. */
import type { Client } from "@slipway/contracts/api/client";
import { AppError } from "@slipway/contracts/errors";
import { hashToken, mintToken, tokenPrefix } from "@slipway/contracts/token";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { sqlState, UNIQUE_VIOLATION } from "#store/database.ts";
import { deleteClient, insertClient, listClients } from "#store/deployment-store.ts";
import { changeDeployment } from "./change-deployment.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";

export async function listDeploymentClients(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Client[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  return (await listClients(ports.database, [id])).map((record) => ({
    name: record.name,
    createdAt: record.createdAt.toISOString(),
    createdBy: record.createdBy,
    expiresAt: record.expiresAt?.toISOString() ?? null,
    requestsPerMinute: record.requestsPerMinute,
    lastUsedAt: null,
    tokenPrefix: record.tokenPrefix,
    previousTokenExpiresAt: record.previousExpiresAt?.toISOString() ?? null,
  }));
}

/** Makes a client and returns its token, the only time. @throws AppError `name_taken`. */
export async function createClient(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  name: string,
): Promise<{ name: string; token: string }> {
  const token = mintToken("slp_client");
  await changeDeployment(ports, principal, path, async (transaction, { id }, at) => {
    try {
      await insertClient(transaction, {
        deploymentId: id,
        name,
        tokenHash: hashToken(token),
        tokenPrefix: tokenPrefix(token),
        expiresAt: null,
        requestsPerMinute: null,
        previousTokenHash: null,
        previousExpiresAt: null,
        createdAt: at,
        createdBy: principal.username,
      });
    } catch (error) {
      throw sqlState(error) === UNIQUE_VIOLATION ? nameTaken(name) : error;
    }
    return { changes: {}, event: { kind: "client.created", message: `Made the client '${name}'.` } };
  });
  return { name, token };
}

/** Its token stops working as soon as the data plane hears of it. @throws AppError `not_found`. */
export async function removeClient(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  name: string,
): Promise<void> {
  await changeDeployment(ports, principal, path, async (transaction, { id }) => {
    if (!(await deleteClient(transaction, id, name))) {
      throw new AppError("not_found", `The deployment '${id}' has no client '${name}'.`);
    }
    return { changes: {}, event: { kind: "client.removed", message: `Removed the client '${name}'.` } };
  });
}

function nameTaken(name: string): AppError {
  return new AppError(
    "name_taken",
    `There is a client '${name}' already. Choose another name, or remove it first.`,
    {
      details: { errors: [{ field: "name", message: "taken" }] },
    },
  );
}
