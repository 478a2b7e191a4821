/** Deployments, their revisions and clients: what people want. Written by operations only. */
import type { Usage } from "@slipway/contracts/api/identity";
import type { DeploymentId } from "@slipway/contracts/ids";
import { and, asc, desc, eq, inArray, ne, sql } from "drizzle-orm";
import type { DesiredDeployment, RevisionRecord } from "#domain/deployment.ts";
import type { Queryable } from "./database.ts";
import { client, deployment, revision } from "./schema.ts";

/** All deployments of a group that are not being deleted, oldest first. */
export async function listDeployments(database: Queryable, groupName: string): Promise<DesiredDeployment[]> {
  return database
    .select()
    .from(deployment)
    .where(and(eq(deployment.groupName, groupName), ne(deployment.desired, "deleted")))
    .orderBy(asc(deployment.createdAt));
}

/** Every deployment there is, those being deleted too: what the reconciler works on. */
export async function listAllDeployments(database: Queryable): Promise<DesiredDeployment[]> {
  return database.select().from(deployment).orderBy(asc(deployment.id));
}

export async function findDeployment(
  database: Queryable,
  id: string,
): Promise<DesiredDeployment | undefined> {
  return (await selectDeployment(database, id))[0];
}

/** As {@link findDeployment}, holding the row against other writers until the transaction ends. */
export async function lockDeployment(
  database: Queryable,
  id: string,
): Promise<DesiredDeployment | undefined> {
  return (await selectDeployment(database, id).for("update"))[0];
}

function selectDeployment(database: Queryable, id: string) {
  return database
    .select()
    .from(deployment)
    .where(eq(deployment.id, id as DeploymentId));
}

/** @throws a driver error with SQLSTATE 23505 when the id is taken. */
export async function insertDeployment(database: Queryable, row: DesiredDeployment): Promise<void> {
  await database.insert(deployment).values(row);
}

export async function updateDeployment(
  database: Queryable,
  id: DeploymentId,
  changes: Partial<Omit<DesiredDeployment, "id" | "groupName">>,
): Promise<void> {
  await database.update(deployment).set(changes).where(eq(deployment.id, id));
}

/** Removes a deployment with everything that belongs to it. */
export async function purgeDeployment(database: Queryable, id: DeploymentId): Promise<void> {
  await database.delete(deployment).where(eq(deployment.id, id));
}

export async function insertRevision(database: Queryable, row: RevisionRecord): Promise<void> {
  await database.insert(revision).values(row);
}

/** The revisions of one deployment, newest first. */
export async function listRevisions(database: Queryable, id: DeploymentId): Promise<RevisionRecord[]> {
  return database.select().from(revision).where(eq(revision.deploymentId, id)).orderBy(desc(revision.number));
}

export async function findRevision(
  database: Queryable,
  id: DeploymentId,
  number: number,
): Promise<RevisionRecord | undefined> {
  const rows = await database
    .select()
    .from(revision)
    .where(and(eq(revision.deploymentId, id), eq(revision.number, number)));
  return rows[0];
}

/** The revisions of many deployments in one query, keyed by `id/number`. */
export async function revisionsOf(
  database: Queryable,
  ids: DeploymentId[],
): Promise<Map<string, RevisionRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await database.select().from(revision).where(inArray(revision.deploymentId, ids));
  return new Map(rows.map((row) => [`${row.deploymentId}/${row.number}`, row]));
}

export interface ClientRecord {
  deploymentId: DeploymentId;
  name: string;
  tokenHash: string;
  tokenPrefix: string;
  expiresAt: Date | null;
  requestsPerMinute: number | null;
  /** The token before the last rotation, while it still works. */
  previousTokenHash: string | null;
  previousExpiresAt: Date | null;
  createdAt: Date;
  createdBy: string;
}

export async function listClients(database: Queryable, ids: DeploymentId[]): Promise<ClientRecord[]> {
  if (ids.length === 0) return [];
  return database.select().from(client).where(inArray(client.deploymentId, ids)).orderBy(asc(client.name));
}

/** @throws a driver error with SQLSTATE 23505 when the name is taken. */
export async function insertClient(database: Queryable, row: ClientRecord): Promise<void> {
  await database.insert(client).values(row);
}

/** Returns false when there was no such client. */
export async function deleteClient(database: Queryable, id: DeploymentId, name: string): Promise<boolean> {
  const rows = await database
    .delete(client)
    .where(and(eq(client.deploymentId, id), eq(client.name, name)))
    .returning({ name: client.name });
  return rows.length > 0;
}

/** What the deployments of the groups may take: replicas and memory of those that run, at their upper bounds. */
export async function usageOfGroups(database: Queryable, groupNames: string[]): Promise<Map<string, Usage>> {
  if (groupNames.length === 0) return new Map();
  const running = sql`${deployment.desired} = 'running'`;
  const rows = await database
    .select({
      groupName: deployment.groupName,
      deployments: sql<number>`count(*)::int`,
      replicas: sql<number>`coalesce(sum(${revision.maxReplicas}) filter (where ${running}), 0)::int`,
      memoryBytes: sql<number>`coalesce(sum(${revision.maxReplicas} * ${revision.memoryBytes}) filter (where ${running}), 0)::float8`,
    })
    .from(deployment)
    .innerJoin(
      revision,
      and(eq(revision.deploymentId, deployment.id), eq(revision.number, deployment.targetRevision)),
    )
    .where(and(ne(deployment.desired, "deleted"), inArray(deployment.groupName, groupNames)))
    .groupBy(deployment.groupName);
  return new Map(rows.map(({ groupName, ...usage }) => [groupName, usage]));
}
