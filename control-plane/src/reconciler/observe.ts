/** Records what a runtime reports: only what has changed is written and announced. */
import type { Observation } from "@slipway/contracts/observation";
import type { DesiredDeployment } from "#domain/deployment.ts";
import { announce } from "#store/change-feed.ts";
import type { Database } from "#store/database.ts";
import { appendEvent } from "#store/event-store.ts";
import { type FactRecord, saveEnvironmentHash, saveFact } from "#store/rollout-store.ts";

/** Memory use and load wander all the time, so their changes alone are kept but announced to nobody. */
function lastingFacts(observation: Observation | null): string {
  return JSON.stringify(observation, (key, value: unknown) =>
    key === "memoryBytes" || key === "inFlight" ? undefined : value,
  );
}

/** Keeps the newest observation of a deployment, with events for replicas that died. */
export async function recordObservation(
  database: Database,
  deployment: DesiredDeployment,
  { fact, observation, at }: { fact: FactRecord | undefined; observation: Observation | null; at: Date },
): Promise<void> {
  const before = fact?.observation ?? null;
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
