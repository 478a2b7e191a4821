/** Make a client: a caller of a private endpoint gets a name and a token. */
import type { ClientRequest } from "@slipway/contracts/api/client";
import { AppError } from "@slipway/contracts/errors";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { sqlState, UNIQUE_VIOLATION } from "#store/database.ts";
import { insertClient } from "#store/deployment-store.ts";
import { changeDeployment } from "./change-deployment.ts";
import { describeLimits, futureExpiry } from "./clients.ts";
import { newClient } from "./new-client.ts";
import type { DeploymentPath } from "./require-deployment.ts";

/** Answers with the token, the only time. @throws AppError `name_taken`, `invalid_request` for a past expiry. */
export async function createClient(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  { name, expiresAt, requestsPerMinute }: ClientRequest,
): Promise<{ name: string; token: string }> {
  let token = "";
  await changeDeployment(ports, principal, path, async (transaction, { id }, at) => {
    const limits = { expiresAt: futureExpiry(expiresAt, at), requestsPerMinute };
    const author = { createdAt: at, createdBy: principal.username };
    const made = newClient({ deploymentId: id, name, ...limits, ...author });
    token = made.token;
    try {
      await insertClient(transaction, made.record);
    } catch (error) {
      throw sqlState(error) === UNIQUE_VIOLATION ? nameTaken(name) : error;
    }
    const message = `Made the client '${name}': ${describeLimits(limits)}.`;
    return { changes: {}, event: { kind: "client.created", message } };
  });
  return { name, token };
}

function nameTaken(name: string): AppError {
  return new AppError(
    "name_taken",
    `There is a client '${name}' already. Choose another name, or remove it first.`,
    { details: { errors: [{ field: "name", message: "taken" }] } },
  );
}
