/** The caller's own account, and users as administrators see them. */
import { randomUUID } from "node:crypto";
import type { ApiToken, Me, User } from "@slipway/contracts/api/identity";
import { AppError } from "@slipway/contracts/errors";
import { hashToken, mintToken } from "@slipway/contracts/token";
import { assertAdministrator, mayInGroup } from "#domain/policy.ts";
import type { Principal } from "#domain/principal.ts";
import { listGroups } from "#store/group-store.ts";
import {
  deleteApiToken,
  findUsersByName,
  insertApiToken,
  listApiTokens,
  listUsers,
  type UserRecord,
} from "#store/user-store.ts";
import type { OperationPorts } from "./ports.ts";

type Ports = Pick<OperationPorts, "database" | "endpointOrigin" | "now">;

export async function getMe({ database, endpointOrigin }: Ports, principal: Principal): Promise<Me> {
  const groups = (await listGroups(database)).filter((group) => mayInGroup(principal, group.name, "view"));
  return {
    username: principal.username,
    administrator: principal.administrator,
    groups: groups.map(({ name, displayName }) => ({
      name,
      displayName,
      role: principal.roles.get(name) ?? "admin",
    })),
    endpointOrigin,
  };
}

export async function listMyTokens({ database }: Ports, principal: Principal): Promise<ApiToken[]> {
  return (await listApiTokens(database, principal.userId)).map(({ id, name, createdAt, lastUsedAt }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }));
}

/** Makes an API token and returns it, the only time. */
export async function createMyToken(
  { database, now }: Ports,
  principal: Principal,
  name: string,
): Promise<{ id: string; name: string; token: string }> {
  const token = mintToken("slp_api");
  const id = randomUUID();
  await insertApiToken(database, {
    id,
    userId: principal.userId,
    name,
    tokenHash: hashToken(token),
    createdAt: now(),
    lastUsedAt: null,
  });
  return { id, name, token };
}

/** @throws AppError `not_found`. */
export async function revokeMyToken({ database }: Ports, principal: Principal, id: string): Promise<void> {
  if (await deleteApiToken(database, principal.userId, id)) return;
  throw new AppError("not_found", "You have no such API token; it may have been revoked already.");
}

export async function listAllUsers({ database }: Ports, principal: Principal): Promise<User[]> {
  assertAdministrator(principal);
  return (await listUsers(database)).map(({ username, administrator, createdAt }) => ({
    username,
    administrator,
    createdAt: createdAt.toISOString(),
  }));
}

/** @throws AppError `forbidden`, `not_found`. */
export async function requireUser(
  { database }: Ports,
  principal: Principal,
  username: string,
): Promise<UserRecord> {
  assertAdministrator(principal);
  const [user] = await findUsersByName(database, [username]);
  if (user) return user;
  throw new AppError("not_found", `There is no user '${username}'.`);
}
