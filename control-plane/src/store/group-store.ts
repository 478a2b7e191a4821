/** Groups, their members and their MLflow bindings. */

import type { GroupRole } from "@slipway/contracts/api/identity";
import type { SealedVariable } from "@slipway/contracts/assignment";
import { and, asc, eq, inArray } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { mlflowBinding, type StoredVariable } from "./schema.ts";
import { group, groupMember, user } from "./schema-identity.ts";

export interface GroupRecord {
  name: string;
  displayName: string;
  createdAt: Date;
  /** Quotas; null: no bound. */
  deploymentsMax: number | null;
  replicasMax: number | null;
  memoryBytesMax: number | null;
}

export async function listGroups(database: Queryable): Promise<GroupRecord[]> {
  return database.select().from(group).orderBy(asc(group.name));
}

export async function findGroup(database: Queryable, name: string): Promise<GroupRecord | undefined> {
  const rows = await database.select().from(group).where(eq(group.name, name));
  return rows[0];
}

/** As {@link findGroup}, holding the row against others who lock or change it until the transaction ends. */
export async function lockGroup(database: Queryable, name: string): Promise<GroupRecord | undefined> {
  const rows = await database.select().from(group).where(eq(group.name, name)).for("no key update");
  return rows[0];
}

/** @throws a driver error with SQLSTATE 23505 when the name is taken. */
export async function insertGroup(database: Queryable, row: GroupRecord): Promise<void> {
  await database.insert(group).values(row);
}

export async function updateGroup(
  database: Queryable,
  name: string,
  changes: Partial<Omit<GroupRecord, "name" | "createdAt">>,
): Promise<void> {
  await database.update(group).set(changes).where(eq(group.name, name));
}

export async function deleteGroup(database: Queryable, name: string): Promise<void> {
  await database.delete(group).where(eq(group.name, name));
}

export interface MemberRecord {
  groupName: string;
  userId: string;
  username: string;
  role: GroupRole;
}

/** The members of the given groups. */
export async function listMembers(database: Queryable, groupNames: string[]): Promise<MemberRecord[]> {
  if (groupNames.length === 0) return [];
  const rows = await database
    .select({
      groupName: groupMember.groupName,
      userId: groupMember.userId,
      username: user.username,
      role: groupMember.role,
    })
    .from(groupMember)
    .innerJoin(user, eq(user.id, groupMember.userId))
    .where(inArray(groupMember.groupName, groupNames))
    .orderBy(asc(user.username));
  return rows.map((row) => ({ ...row, username: row.username ?? "" }));
}

/** Group name → role of one user. */
export async function rolesOf(database: Queryable, userId: string): Promise<Map<string, GroupRole>> {
  const rows = await database.select().from(groupMember).where(eq(groupMember.userId, userId));
  return new Map(rows.map((row) => [row.groupName, row.role]));
}

/** Makes `members` the whole list of a group's members. */
export async function replaceMembers(
  database: Queryable,
  groupName: string,
  members: { userId: string; role: GroupRole }[],
): Promise<void> {
  await database.delete(groupMember).where(eq(groupMember.groupName, groupName));
  if (members.length > 0) {
    await database.insert(groupMember).values(members.map((member) => ({ groupName, ...member })));
  }
}

export interface BindingRecord {
  groupName: string;
  trackingUri: string;
  uiUri: string | null;
  workspace: string | null;
  trackingVariables: StoredVariable[];
  artifactVariables: StoredVariable[];
  /** The webhook at MLflow and the sealed key of its calls; both null without one. */
  webhookId: string | null;
  sealedWebhookKey: string | null;
  /** Whether served versions are stamped in MLflow. */
  writeBack: boolean;
  updatedAt: Date;
  updatedBy: string;
}

/** All variables that the download of a model needs, still sealed. */
export function downloadVariables(binding: BindingRecord): SealedVariable[] {
  return [...binding.trackingVariables, ...binding.artifactVariables].map(({ name, sealed }) => ({
    name,
    sealed,
  }));
}

export async function findBinding(
  database: Queryable,
  groupName: string,
): Promise<BindingRecord | undefined> {
  const rows = await database.select().from(mlflowBinding).where(eq(mlflowBinding.groupName, groupName));
  return rows[0];
}

export async function listBindings(database: Queryable): Promise<BindingRecord[]> {
  return database.select().from(mlflowBinding);
}

export async function saveBinding(database: Queryable, row: BindingRecord): Promise<void> {
  await database
    .insert(mlflowBinding)
    .values(row)
    .onConflictDoUpdate({ target: mlflowBinding.groupName, set: row });
}

/** Changes the webhook of a binding that is still the one it was made for. */
export async function saveWebhook(
  database: Queryable,
  { groupName, trackingUri }: Pick<BindingRecord, "groupName" | "trackingUri">,
  webhook: Pick<BindingRecord, "webhookId" | "sealedWebhookKey">,
): Promise<void> {
  await database
    .update(mlflowBinding)
    .set(webhook)
    .where(and(eq(mlflowBinding.groupName, groupName), eq(mlflowBinding.trackingUri, trackingUri)));
}

/** Returns false when there was none. */
export async function deleteBinding(database: Queryable, groupName: string): Promise<boolean> {
  const rows = await database
    .delete(mlflowBinding)
    .where(eq(mlflowBinding.groupName, groupName))
    .returning({ groupName: mlflowBinding.groupName });
  return rows.length > 0;
}
