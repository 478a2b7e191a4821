/** Deployments, their revisions and clients: what people want. Written by operations only. */
import type { Usage } from "@slipway/contracts/api/identity";
import type { DeploymentId } from "@slipway/contracts/ids";
import { and, asc, desc, eq, inArray, lt, ne, sql } from "drizzle-orm";
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

/** A part of a deployment's revisions, newest first. */
export async function listRevisions(
  database: Queryable,
  id: DeploymentId,
  { limit, before }: { limit: number; before: number | undefined },
): Promise<RevisionRecord[]> {
  return database
    .select()
    .from(revision)
    .where(and(eq(revision.deploymentId, id), before === undefined ? undefined : lt(revision.number, before)))
    .orderBy(desc(revision.number))
    .limit(limit);
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

/** Names a revision. */
export interface RevisionKey {
  id: DeploymentId;
  number: number | null | undefined;
}

/** The given revisions of many deployments in one query, keyed by `id/number`; numbers that are not there are left out. */
export async function findRevisions(
  database: Queryable,
  keys: RevisionKey[],
): Promise<Map<string, RevisionRecord>> {
  const wanted = new Map(
    keys.flatMap(({ id, number }) => (number == null ? [] : [[`${id}/${number}`, { id, number }]])),
  );
  if (wanted.size === 0) return new Map();
  const pairs = [...wanted.values()].map(({ id, number }) => sql`(${id}, ${number}::int)`);
  const rows = await database
    .select()
    .from(revision)
    .where(sql`(${revision.deploymentId}, ${revision.number}) in (${sql.join(pairs, sql`, `)})`);
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

export async function findClient(
  database: Queryable,
  id: DeploymentId,
  name: string,
): Promise<ClientRecord | undefined> {
  const rows = await database.select().from(client).where(ofName(id, name));
  return rows[0];
}

/** @throws a driver error with SQLSTATE 23505 when the name is taken. */
export async function insertClient(database: Queryable, row: ClientRecord): Promise<void> {
  await database.insert(client).values(row);
}

export async function updateClient(
  database: Queryable,
  id: DeploymentId,
  name: string,
  changes: Partial<Omit<ClientRecord, "deploymentId" | "name" | "createdAt" | "createdBy">>,
): Promise<void> {
  await database.update(client).set(changes).where(ofName(id, name));
}

export async function deleteClient(database: Queryable, id: DeploymentId, name: string): Promise<void> {
  await database.delete(client).where(ofName(id, name));
}

function ofName(id: DeploymentId, name: string) {
  return and(eq(client.deploymentId, id), eq(client.name, name));
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
