/**
 * Records what a runtime reports: only what has changed is written and announced. Compared by value, never as text: the
 * database gives objects back with their keys in an order of its own.
 */
import { isDeepStrictEqual } from "node:util";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Observation, Observations, ObservedRollout } from "@slipway/contracts/observation";
import type { DesiredDeployment } from "#domain/deployment.ts";
import { announce } from "#store/change-feed.ts";
import type { Database } from "#store/database.ts";
import { appendEvent } from "#store/event-store.ts";
import { type FactRecord, saveEnvironmentHash, saveFact } from "#store/rollout-store.ts";
import { saveClientUse, saveCounts } from "#store/traffic-store.ts";

/** These wander all the time, so their changes alone are kept but announced to nobody. */
const WANDERING: ReadonlySet<string> = new Set(["memoryBytes", "inFlight", "traffic"]);

function lastingFacts(observation: Observation | null): unknown {
  const text = JSON.stringify(observation, (key, value: unknown) => (WANDERING.has(key) ? undefined : value));
  return JSON.parse(text);
}

export interface Observed {
  fact: FactRecord | undefined;
  observation: Observation | null;
  epoch: string;
  /** Counts and uses as they were saved last, as text, by what they belong to. */
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
  await recordClientUse(database, deployment, { uses: seen?.clientUse ?? [], saved });
  const before = fact?.observation ?? null;
  // What is kept in tables of its own is not kept twice.
  const observation = seen === null ? null : { ...seen, rollouts: [], clientUse: [] };
  if (isDeepStrictEqual(before, observation)) return;
  const changed = !isDeepStrictEqual(lastingFacts(before), lastingFacts(observation));
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
    const key = countsKey(epoch, id, counts.rollout);
    const text = JSON.stringify(counts);
    if (saved.get(key) === text) continue;
    await saveCounts(database, { deploymentId: id, generation: counts.rollout, epoch, counts });
    saved.set(key, text);
  }
}

/** Keeps when clients were last seen; nobody is told. */
async function recordClientUse(
  database: Database,
  { id }: DesiredDeployment,
  { uses, saved }: { uses: Observation["clientUse"] } & Pick<Observed, "saved">,
): Promise<void> {
  const fresh = uses.filter(({ name, lastUsedAt }) => saved.get(useKey(id, name)) !== lastUsedAt);
  if (fresh.length === 0) return;
  await saveClientUse(
    database,
    fresh.map(({ name, lastUsedAt }) => ({ deploymentId: id, name, lastUsedAt: new Date(lastUsedAt) })),
  );
  for (const { name, lastUsedAt } of fresh) saved.set(useKey(id, name), lastUsedAt);
}

/** Forgets what was saved of things that the newest observation no longer lists: nothing can change there any more. */
export function forgetUnlisted(saved: Observed["saved"], { epoch, deployments }: Observations): void {
  const listed = new Set(
    deployments.flatMap(({ id, rollouts, clientUse }) => [
      ...rollouts.map(({ rollout }) => countsKey(epoch, id, rollout)),
      ...clientUse.map(({ name }) => useKey(id, name)),
    ]),
  );
  for (const key of saved.keys()) if (!listed.has(key)) saved.delete(key);
}

function countsKey(epoch: string, id: DeploymentId, rollout: number): string {
  return `${epoch}/${id}/${rollout}`;
}

function useKey(id: DeploymentId, name: string): string {
  return `client/${id}/${name}`;
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
