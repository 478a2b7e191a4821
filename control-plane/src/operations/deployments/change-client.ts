/** Change a client: when its token expires and how often it may call. The token stays. */
import type { Client, ClientPatch } from "@slipway/contracts/api/client";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { type ClientRecord, updateClient } from "#store/deployment-store.ts";
import { clientUseOf } from "#store/traffic-store.ts";
import { changeDeployment } from "./change-deployment.ts";
import {
  type ClientLimits,
  type ClientPath,
  describeLimits,
  earlier,
  futureExpiry,
  presentClient,
  requireClient,
} from "./clients.ts";

/** What is absent stays as it is. @throws AppError `not_found`, `invalid_request` for a past expiry. */
export async function changeClient(
  ports: OperationPorts,
  principal: Principal,
  path: ClientPath,
  patch: ClientPatch,
): Promise<Client> {
  const { id } = await changeDeployment(ports, principal, path, async (transaction, deployment, at) => {
    const client = await requireClient(transaction, deployment.id, path.name);
    const limits = patched(client, patch, at);
    if (describeLimits(limits) === describeLimits(client)) return null;
    await updateClient(transaction, deployment.id, client.name, {
      ...limits,
      // The token before the last rotation never outlives the client.
      previousExpiresAt: earlier(client.previousExpiresAt, limits.expiresAt),
    });
    const message = `Changed the client '${client.name}': ${describeLimits(limits)}.`;
    return { changes: {}, event: { kind: "client.changed", message } };
  });
  const [client, uses] = await Promise.all([
    requireClient(ports.database, id, path.name),
    clientUseOf(ports.database, id),
  ]);
  return presentClient(client, uses.get(client.name), ports.now());
}

function patched(client: ClientRecord, patch: ClientPatch, now: Date): ClientLimits {
  const { expiresAt, requestsPerMinute } = patch;
  return {
    expiresAt: expiresAt === undefined ? client.expiresAt : futureExpiry(expiresAt, now),
    requestsPerMinute: requestsPerMinute === undefined ? client.requestsPerMinute : requestsPerMinute,
  };
}
