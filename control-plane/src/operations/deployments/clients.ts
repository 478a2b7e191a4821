/** Clients: the named callers of a private endpoint, as people see them. */
import type { Client } from "@slipway/contracts/api/client";
import { AppError } from "@slipway/contracts/errors";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { Queryable } from "#store/database.ts";
import { type ClientRecord, findClient, listClients } from "#store/deployment-store.ts";
import { clientUseOf } from "#store/traffic-store.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";

/** Where a request points: a client of a deployment. */
export interface ClientPath extends DeploymentPath {
  name: string;
}

/** What people may set of a client. */
export interface ClientLimits {
  expiresAt: Date | null;
  requestsPerMinute: number | null;
}

export async function listDeploymentClients(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
): Promise<Client[]> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  const [records, uses] = await Promise.all([
    listClients(ports.database, [id]),
    clientUseOf(ports.database, id),
  ]);
  return records.map((record) => presentClient(record, uses.get(record.name), ports.now()));
}

export function presentClient(record: ClientRecord, lastUse: Date | undefined, now: Date): Client {
  const { previousExpiresAt } = record;
  return {
    name: record.name,
    createdAt: record.createdAt.toISOString(),
    createdBy: record.createdBy,
    expiresAt: record.expiresAt?.toISOString() ?? null,
    requestsPerMinute: record.requestsPerMinute,
    lastUsedAt: ownUse(record, lastUse)?.toISOString() ?? null,
    tokenPrefix: record.tokenPrefix,
    previousTokenExpiresAt:
      previousExpiresAt !== null && previousExpiresAt > now ? previousExpiresAt.toISOString() : null,
  };
}

/** An earlier client of the same name may have left its use behind. Uses are noted to the second. */
function ownUse({ createdAt }: ClientRecord, lastUse: Date | undefined): Date | null {
  const createdMs = Math.floor(createdAt.getTime() / 1000) * 1000;
  return lastUse === undefined || lastUse.getTime() < createdMs ? null : lastUse;
}

/** @throws AppError `not_found`. */
export async function requireClient(
  database: Queryable,
  id: DeploymentId,
  name: string,
): Promise<ClientRecord> {
  const client = await findClient(database, id, name);
  if (client !== undefined) return client;
  throw new AppError("not_found", `The deployment '${id}' has no client '${name}'. List its clients.`);
}

/** Reads an expiry that somebody asks for. @throws AppError `invalid_request` for one that has passed. */
export function futureExpiry(expiresAt: string | null, now: Date): Date | null {
  if (expiresAt === null) return null;
  const expiry = new Date(expiresAt);
  if (expiry > now) return expiry;
  throw new AppError(
    "invalid_request",
    `The expiry ${expiresAt} has passed, so the token would not work. Give a time in the future, or null for a token that does not expire. To end a client at once, remove it.`,
    { details: { errors: [{ field: "expiresAt", message: "Give a time in the future." }] } },
  );
}

/** The earlier of when a token shall stop and when its client expires, if that ever. */
export function earlier<Time extends Date | null>(stop: Time, expiry: Date | null): Time | Date {
  return stop !== null && expiry !== null && expiry < stop ? expiry : stop;
}

/** `no expiry, at most 60 requests per minute`, for events. */
export function describeLimits({ expiresAt, requestsPerMinute }: ClientLimits): string {
  const expiry = expiresAt === null ? "no expiry" : `expires at ${expiresAt.toISOString()}`;
  const rate =
    requestsPerMinute === null ? "no rate limit" : `at most ${requestsPerMinute} requests per minute`;
  return `${expiry}, ${rate}`;
}
