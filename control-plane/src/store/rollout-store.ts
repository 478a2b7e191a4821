/** Rollouts and facts of deployments: what is so. Written by the reconciler only. */
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Observation } from "@slipway/contracts/observation";
import { and, desc, eq, inArray, lt } from "drizzle-orm";
import type { RolloutRecord } from "#domain/deployment.ts";
import type { Queryable } from "./database.ts";
import { deploymentFact, revisionEnvironment, rollout } from "./schema.ts";

export interface FactRecord {
  deploymentId: DeploymentId;
  servingRevision: number | null;
  observation: Observation | null;
  observedAt: Date | null;
}

export async function factsOf(
  database: Queryable,
  ids: DeploymentId[],
): Promise<Map<DeploymentId, FactRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await database.select().from(deploymentFact).where(inArray(deploymentFact.deploymentId, ids));
  return new Map(rows.map((row) => [row.deploymentId, row]));
}

export async function saveFact(
  database: Queryable,
  id: DeploymentId,
  changes: Partial<Omit<FactRecord, "deploymentId">>,
): Promise<void> {
  await database
    .insert(deploymentFact)
    .values({ deploymentId: id, ...changes })
    .onConflictDoUpdate({ target: deploymentFact.deploymentId, set: changes });
}

/** Notes that the runtime has reported, whether or not anything changed. */
export async function touchObserved(database: Queryable, observedAt: Date): Promise<void> {
  await database.update(deploymentFact).set({ observedAt });
}

/** The newest rollout of each deployment. */
export async function newestRollouts(
  database: Queryable,
  ids: DeploymentId[],
): Promise<Map<DeploymentId, RolloutRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectDistinctOn([rollout.deploymentId])
    .from(rollout)
    .where(inArray(rollout.deploymentId, ids))
    .orderBy(rollout.deploymentId, desc(rollout.generation));
  return new Map(rows.map((row) => [row.deploymentId, row]));
}

/** A part of a deployment's rollouts, newest first. */
export async function listRollouts(
  database: Queryable,
  id: DeploymentId,
  { limit, before }: { limit: number; before: number | undefined },
): Promise<RolloutRecord[]> {
  return database
    .select()
    .from(rollout)
    .where(
      and(eq(rollout.deploymentId, id), before === undefined ? undefined : lt(rollout.generation, before)),
    )
    .orderBy(desc(rollout.generation))
    .limit(limit);
}

/** Begins a rollout; one that was begun already stays as it is. */
export async function insertRollout(database: Queryable, row: RolloutRecord): Promise<void> {
  await database.insert(rollout).values(row).onConflictDoNothing();
}

/** Changes a running rollout; one that has ended stays as it is. */
export async function updateRollout(
  database: Queryable,
  id: DeploymentId,
  generation: number,
  changes: Partial<
    Pick<
      RolloutRecord,
      "state" | "finishedAt" | "reason" | "message" | "steps" | "progress" | "checks" | "restartsBefore"
    >
  >,
): Promise<void> {
  await database
    .update(rollout)
    .set(changes)
    .where(
      and(eq(rollout.deploymentId, id), eq(rollout.generation, generation), eq(rollout.state, "running")),
    );
}

/** Says of a rollout that had succeeded that its requests went back to the revision before. */
export async function returnRollout(
  database: Queryable,
  id: DeploymentId,
  generation: number,
  changes: Pick<RolloutRecord, "reason" | "message" | "finishedAt">,
): Promise<void> {
  await database
    .update(rollout)
    .set({ state: "returned", ...changes })
    .where(and(eq(rollout.deploymentId, id), eq(rollout.generation, generation)));
}

/** Keeps the hash of the environment that a revision ran in. */
export async function saveEnvironmentHash(
  database: Queryable,
  id: DeploymentId,
  number: number,
  environmentHash: string,
): Promise<void> {
  await database
    .insert(revisionEnvironment)
    .values({ deploymentId: id, number, environmentHash })
    .onConflictDoNothing();
}

/** Revision number → hash of its environment, for those that have been built. */
export async function environmentHashes(database: Queryable, id: DeploymentId): Promise<Map<number, string>> {
  const rows = await database
    .select()
    .from(revisionEnvironment)
    .where(eq(revisionEnvironment.deploymentId, id));
  return new Map(rows.map((row) => [row.number, row.environmentHash]));
}
