/** Records what a runtime reports: only what has changed is written and announced. */
import type { Observation, ObservedRollout } from "@slipway/contracts/observation";
import type { DesiredDeployment } from "#domain/deployment.ts";
import { announce } from "#store/change-feed.ts";
import type { Database } from "#store/database.ts";
import { appendEvent } from "#store/event-store.ts";
import { type FactRecord, saveEnvironmentHash, saveFact } from "#store/rollout-store.ts";
import { saveCounts } from "#store/traffic-store.ts";

/** Memory use and load wander all the time, so their changes alone are kept but announced to nobody. */
const WANDERING: ReadonlySet<string> = new Set(["memoryBytes", "inFlight", "traffic"]);

function lastingFacts(observation: Observation | null): string {
  return JSON.stringify(observation, (key, value: unknown) => (WANDERING.has(key) ? undefined : value));
}

export interface Observed {
  fact: FactRecord | undefined;
  observation: Observation | null;
  epoch: string;
  /** Counts as they were saved last, as JSON, by deployment and rollout. */
  saved: Map<string, string>;
  at: Date;
}

/** Keeps the newest observation of a deployment, with events for replicas that died. */
export async function recordObservation(
  database: Database,
  deployment: DesiredDeployment,
  { fact, observation: seen, epoch, saved, at }: Observed,
): Promise<void> {
  await recordCounts(database, deployment, { rollouts: seen?.rollouts ?? [], epoch, saved });
  const before = fact?.observation ?? null;
  // What is kept in tables of its own is not kept twice.
  const observation = seen === null ? null : { ...seen, rollouts: [], clientUse: [] };
  if (JSON.stringify(before) === JSON.stringify(observation)) return;
  const changed = lastingFacts(before) !== lastingFacts(observation);
  await database.transaction(async (transaction) => {
    await saveFact(transaction, deployment.id, { observation, observedAt: at });
    if (!changed) return;
    for (const event of replicaEvents(before, observation)) {
      await appendEvent(transaction, { deploymentId: deployment.id, at, actor: "slipway", ...event });
    }
    for (const { number, environmentHash } of observation?.revisions ?? []) {
      if (environmentHash !== null)
        await saveEnvironmentHash(transaction, deployment.id, number, environmentHash);
    }
    await announce(transaction, { group: deployment.groupName, deployment: deployment.id, kind: "changed" });
  });
}

/** Keeps the counts of the running rollout and of those whose last requests have just been answered. */
async function recordCounts(
  database: Database,
  { id }: DesiredDeployment,
  { rollouts, epoch, saved }: { rollouts: ObservedRollout[] } & Pick<Observed, "epoch" | "saved">,
): Promise<void> {
  for (const counts of rollouts) {
    const key = `${epoch}/${id}/${counts.rollout}`;
    const text = JSON.stringify(counts);
    if (saved.get(key) === text) continue;
    await saveCounts(database, { deploymentId: id, generation: counts.rollout, epoch, counts });
    saved.set(key, text);
  }
}

function replicaEvents(before: Observation | null, after: Observation | null) {
  const restarts = new Map(
    before?.revisions.flatMap((revision) =>
      revision.replicas.map((replica) => [replica.id, replica.restarts] as const),
    ),
  );
  return (after?.revisions ?? []).flatMap((revision) =>
    revision.replicas
      .filter((replica) => replica.restarts > (restarts.get(replica.id) ?? replica.restarts))
      .map((replica) => ({
        kind: "replica.restarted",
        message: `Replica ${replica.id} ended and is started again${replica.message ? `: ${replica.message}` : "."}`,
        revision: revision.number,
      })),
  );
}
