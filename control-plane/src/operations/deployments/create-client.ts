/** Make a client: a caller of a private endpoint gets a name and a token. */
import type { ClientRequest } from "@slipway/contracts/api/client";
import { AppError } from "@slipway/contracts/errors";
import { hashToken, mintToken, tokenPrefix } from "@slipway/contracts/token";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { sqlState, UNIQUE_VIOLATION } from "#store/database.ts";
import { insertClient } from "#store/deployment-store.ts";
import { changeDeployment } from "./change-deployment.ts";
import { describeLimits, futureExpiry } from "./clients.ts";
import type { DeploymentPath } from "./require-deployment.ts";

/** Answers with the token, the only time. @throws AppError `name_taken`, `invalid_request` for a past expiry. */
export async function createClient(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  { name, expiresAt, requestsPerMinute }: ClientRequest,
): Promise<{ name: string; token: string }> {
  const token = mintToken("slp_client");
  await changeDeployment(ports, principal, path, async (transaction, { id }, at) => {
    const limits = { expiresAt: futureExpiry(expiresAt, at), requestsPerMinute };
    try {
      await insertClient(transaction, {
        deploymentId: id,
        name,
        tokenHash: hashToken(token),
        tokenPrefix: tokenPrefix(token),
        ...limits,
        previousTokenHash: null,
        previousExpiresAt: null,
        createdAt: at,
        createdBy: principal.username,
      });
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
