/** Groups and their members. */
import type { Group, GroupRole, groupPatchSchema } from "@slipway/contracts/api/identity";
import { AppError } from "@slipway/contracts/errors";
import type { z } from "zod";
import {
  assertAdministrator,
  assertMayInGroup,
  type GroupAction,
  groupNotFound,
  mayInGroup,
} from "#domain/policy.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { FOREIGN_KEY_VIOLATION, type Queryable, sqlState, UNIQUE_VIOLATION } from "#store/database.ts";
import { listDeployments } from "#store/deployment-store.ts";
import {
  deleteGroup,
  findGroup,
  type GroupRecord,
  insertGroup,
  listBindings,
  listGroups,
  listMembers,
  lockGroup,
  replaceMembers,
  updateGroup as saveGroup,
} from "#store/group-store.ts";
import { findUsersByName } from "#store/user-store.ts";
import { quotasOf, usagesOf } from "./quota.ts";

type Ports = Pick<OperationPorts, "database" | "now">;

/** @throws AppError `group_not_found`, `forbidden`. */
export async function requireGroup(
  { database }: Pick<OperationPorts, "database">,
  principal: Principal,
  name: string,
  action: GroupAction,
): Promise<GroupRecord> {
  assertMayInGroup(principal, name, action);
  const group = await findGroup(database, name);
  if (group === undefined) throw groupNotFound(name);
  return group;
}

/** The groups that the caller may see. */
export async function listVisibleGroups(ports: Ports, principal: Principal): Promise<Group[]> {
  const groups = (await listGroups(ports.database)).filter((group) =>
    mayInGroup(principal, group.name, "view"),
  );
  return presentGroups(ports, principal, groups);
}

export async function getGroup(ports: Ports, principal: Principal, name: string): Promise<Group> {
  return presentOne(ports, principal, await requireGroup(ports, principal, name, "view"));
}

/** @throws AppError `forbidden`, `name_taken`. */
export async function createGroup(
  ports: Ports,
  principal: Principal,
  request: { name: string; displayName?: string | undefined },
): Promise<Group> {
  assertAdministrator(principal);
  const record = {
    name: request.name,
    displayName: request.displayName ?? request.name,
    createdAt: ports.now(),
    deploymentsMax: null,
    replicasMax: null,
    memoryBytesMax: null,
  };
  try {
    await insertGroup(ports.database, record);
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new AppError("name_taken", `There is a group '${request.name}' already. Choose another name.`, {
      details: { errors: [{ field: "name", message: "taken" }] },
    });
  }
  return presentOne(ports, principal, record);
}

/**
 * Changes the display name, the whole list of members, or quotas, which only an administrator of Slipway may.
 * @throws AppError `forbidden`, `invalid_request` naming users that do not exist.
 */
export async function updateGroup(
  ports: Ports,
  principal: Principal,
  name: string,
  patch: z.infer<typeof groupPatchSchema>,
): Promise<Group> {
  await requireGroup(ports, principal, name, "administer");
  if (patch.quotas !== undefined) assertAdministrator(principal);
  await ports.database.transaction(async (transaction) => {
    // As those do who use up quotas: of the two, the later sees what the earlier did.
    const group = await lockGroup(transaction, name);
    if (group === undefined) throw groupNotFound(name);
    const {
      deployments = group.deploymentsMax,
      replicas = group.replicasMax,
      memoryBytes = group.memoryBytesMax,
    } = patch.quotas ?? {};
    await saveGroup(transaction, name, {
      displayName: patch.displayName ?? group.displayName,
      deploymentsMax: deployments,
      replicasMax: replicas,
      memoryBytesMax: memoryBytes,
    });
    if (patch.members !== undefined) await saveMembers(transaction, name, patch.members);
  });
  return presentOne(ports, principal, await requireGroup(ports, principal, name, "view"));
}

async function saveMembers(
  transaction: Queryable,
  groupName: string,
  requested: { username: string; role: GroupRole }[],
): Promise<void> {
  const users = await findUsersByName(
    transaction,
    requested.map((member) => member.username),
  );
  const byName = new Map(users.map((user) => [user.username, user.id]));
  const members = requested.map(({ username, role }, index) => {
    const userId = byName.get(username);
    if (userId === undefined) throw unknownUser(username, index);
    return { userId, role };
  });
  await replaceMembers(transaction, groupName, members);
}

/** @throws AppError `conflict` while the group still owns deployments. */
export async function removeGroup(ports: Ports, principal: Principal, name: string): Promise<void> {
  assertAdministrator(principal);
  await requireGroup(ports, principal, name, "administer");
  const deployments = await listDeployments(ports.database, name);
  if (deployments.length > 0) {
    throw new AppError(
      "conflict",
      `The group '${name}' still owns ${deployments.length} deployment(s). Delete them first.`,
    );
  }
  try {
    await deleteGroup(ports.database, name);
  } catch (error) {
    if (sqlState(error) !== FOREIGN_KEY_VIOLATION) throw error;
    throw new AppError(
      "conflict",
      `The last replicas of the group '${name}' are still ending. Try again in a moment.`,
    );
  }
}

async function presentOne(ports: Ports, principal: Principal, record: GroupRecord): Promise<Group> {
  const [group] = await presentGroups(ports, principal, [record]);
  if (group === undefined) throw groupNotFound(record.name);
  return group;
}

async function presentGroups(
  { database }: Ports,
  principal: Principal,
  groups: GroupRecord[],
): Promise<Group[]> {
  const names = groups.map((group) => group.name);
  const members = await listMembers(database, names);
  const usageOf = await usagesOf(database, names);
  const bound = new Set((await listBindings(database)).map((binding) => binding.groupName));
  return groups.map((group) => ({
    name: group.name,
    displayName: group.displayName,
    createdAt: group.createdAt.toISOString(),
    members: members
      .filter((member) => member.groupName === group.name)
      .map(({ username, role }) => ({ username, role })),
    mlflowConfigured: bound.has(group.name),
    quotas: quotasOf(group),
    usage: usageOf(group.name),
    viewerCan: {
      deploy: mayInGroup(principal, group.name, "deploy"),
      administer: mayInGroup(principal, group.name, "administer"),
    },
  }));
}

function unknownUser(username: string, index: number): AppError {
  return new AppError("invalid_request", `There is no user '${username}'. An administrator can make one.`, {
    details: { errors: [{ field: `members.${index}.username`, message: "no such user" }] },
  });
}
