/** Records what a runtime reports: only what has changed is written and announced. */
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Observation } from "@slipway/contracts/observation";
import type { DesiredDeployment } from "#domain/deployment.ts";
import { announce } from "#store/change-feed.ts";
import type { Database } from "#store/database.ts";
import { appendEvent } from "#store/event-store.ts";
import { type FactRecord, saveEnvironmentHash, saveFact } from "#store/rollout-store.ts";
import { saveClientUse } from "#store/traffic-store.ts";

/** These wander all the time, so their changes alone are kept but announced to nobody. */
const WANDERING: ReadonlySet<string> = new Set(["memoryBytes", "inFlight", "clientUse"]);

function lastingFacts(observation: Observation | null): string {
  return JSON.stringify(observation, (key, value: unknown) => (WANDERING.has(key) ? undefined : value));
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
    await saveClientUse(transaction, newUses(deployment.id, before, observation));
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

/** The clients that were seen since the observation before. */
function newUses(deploymentId: DeploymentId, before: Observation | null, after: Observation | null) {
  const known = new Map(before?.clientUse.map(({ name, lastUsedAt }) => [name, lastUsedAt]));
  return (after?.clientUse ?? [])
    .filter(({ name, lastUsedAt }) => known.get(name) !== lastUsedAt)
    .map(({ name, lastUsedAt }) => ({ deploymentId, name, lastUsedAt: new Date(lastUsedAt) }));
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
