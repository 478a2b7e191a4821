/** Who got requests when, and how they went: shares over time and the counts of rollouts. Written by the reconciler only. */
import type { DeploymentId } from "@slipway/contracts/ids";
import type { ObservedRollout } from "@slipway/contracts/observation";
import { and, desc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { clientUse, rollout, rolloutCount, type TrafficShare, trafficShare } from "./schema.ts";

/** The shares in force now; none for a deployment that has never served. */
export async function newestShares(
  database: Queryable,
  ids: DeploymentId[],
): Promise<Map<DeploymentId, TrafficShare[]>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectDistinctOn([trafficShare.deploymentId])
    .from(trafficShare)
    .where(inArray(trafficShare.deploymentId, ids))
    .orderBy(trafficShare.deploymentId, desc(trafficShare.at));
  return new Map(rows.map(({ deploymentId, shares }) => [deploymentId, shares]));
}

/** The shares in force at a time. */
export async function sharesAt(database: Queryable, id: DeploymentId, at: Date): Promise<TrafficShare[]> {
  const [row] = await database
    .select()
    .from(trafficShare)
    .where(and(eq(trafficShare.deploymentId, id), lte(trafficShare.at, at)))
    .orderBy(desc(trafficShare.at))
    .limit(1);
  return row?.shares ?? [];
}

export async function insertShares(
  database: Queryable,
  row: { deploymentId: DeploymentId; at: Date; shares: TrafficShare[] },
): Promise<void> {
  await database
    .insert(trafficShare)
    .values(row)
    .onConflictDoUpdate({
      target: [trafficShare.deploymentId, trafficShare.at],
      set: { shares: row.shares },
    });
}

/** What each start of the data plane counted, by generation. */
export async function countsOf(
  database: Queryable,
  id: DeploymentId,
  generations: number[],
): Promise<Map<number, ObservedRollout[]>> {
  if (generations.length === 0) return new Map();
  const rows = await database
    .select()
    .from(rolloutCount)
    .where(and(eq(rolloutCount.deploymentId, id), inArray(rolloutCount.generation, generations)));
  const counts = new Map<number, ObservedRollout[]>();
  for (const row of rows) counts.set(row.generation, [...(counts.get(row.generation) ?? []), row.counts]);
  return counts;
}

/** What one start of the data plane has counted. */
export interface EpochCounts {
  epoch: string;
  counts: ObservedRollout;
}

/** As {@link countsOf}, of all rollouts that are running. */
export async function countsOfRunning(database: Queryable): Promise<Map<DeploymentId, EpochCounts[]>> {
  const rows = await database
    .select({
      deploymentId: rolloutCount.deploymentId,
      epoch: rolloutCount.epoch,
      counts: rolloutCount.counts,
    })
    .from(rolloutCount)
    .innerJoin(
      rollout,
      and(
        eq(rollout.deploymentId, rolloutCount.deploymentId),
        eq(rollout.generation, rolloutCount.generation),
        eq(rollout.state, "running"),
      ),
    );
  const counts = new Map<DeploymentId, EpochCounts[]>();
  for (const { deploymentId, ...row } of rows) {
    counts.set(deploymentId, [...(counts.get(deploymentId) ?? []), row]);
  }
  return counts;
}

/** Keeps what one start of the data plane has counted so far. */
export async function saveCounts(
  database: Queryable,
  row: { deploymentId: DeploymentId; generation: number; epoch: string; counts: ObservedRollout },
): Promise<void> {
  await database
    .insert(rolloutCount)
    .values(row)
    .onConflictDoUpdate({
      target: [rolloutCount.deploymentId, rolloutCount.generation, rolloutCount.epoch],
      set: { counts: row.counts },
    });
}

/** Keeps when clients were seen last. */
export async function saveClientUse(
  database: Queryable,
  rows: { deploymentId: DeploymentId; name: string; lastUsedAt: Date }[],
): Promise<void> {
  if (rows.length === 0) return;
  await database
    .insert(clientUse)
    .values(rows)
    .onConflictDoUpdate({
      target: [clientUse.deploymentId, clientUse.name],
      set: { lastUsedAt: sql`excluded.last_used_at` },
    });
}

/** Client name → when it was seen last. */
export async function clientUseOf(database: Queryable, id: DeploymentId): Promise<Map<string, Date>> {
  const rows = await database.select().from(clientUse).where(eq(clientUse.deploymentId, id));
  return new Map(rows.map(({ name, lastUsedAt }) => [name, lastUsedAt]));
}
