/** Everything that a cycle works from, read in a fixed number of queries. */
import type { DeploymentId } from "@slipway/contracts/ids";
import type { DesiredDeployment, RevisionRecord, RolloutRecord } from "#domain/deployment.ts";
import type { Database } from "#store/database.ts";
import {
  type ClientRecord,
  findRevisions,
  listAllDeployments,
  listClients,
} from "#store/deployment-store.ts";
import { type BindingRecord, listBindings } from "#store/group-store.ts";
import { type FactRecord, factsOf, newestRollouts } from "#store/rollout-store.ts";
import type { TrafficShare } from "#store/schema.ts";
import { countsOfRunning, type EpochCounts, newestShares } from "#store/traffic-store.ts";

export interface Intent {
  deployments: DesiredDeployment[];
  /** By `id/number`. */
  revisions: Map<string, RevisionRecord>;
  clients: ClientRecord[];
  rollouts: Map<DeploymentId, RolloutRecord>;
  facts: Map<DeploymentId, FactRecord>;
  /** Of the rollouts that are running, what each start of the data plane has counted. */
  counts: Map<DeploymentId, EpochCounts[]>;
  /** Who got requests when this was recorded last. */
  traffic: Map<DeploymentId, TrafficShare[]>;
  /** By group. */
  bindings: Map<string, BindingRecord>;
}

export async function readIntent(database: Database): Promise<Intent> {
  const deployments = await listAllDeployments(database);
  const ids = deployments.map((deployment) => deployment.id);
  const [clients, rollouts, facts, counts, traffic, bindings] = await Promise.all([
    listClients(database, ids),
    newestRollouts(database, ids),
    factsOf(database, ids),
    countsOfRunning(database),
    newestShares(database, ids),
    listBindings(database),
  ]);
  const revisions = await findRevisions(
    database,
    deployments.flatMap(({ id, targetRevision }) => {
      const rollout = rollouts.get(id);
      const numbers = [
        targetRevision,
        facts.get(id)?.servingRevision,
        rollout?.revision,
        rollout?.fromRevision,
      ];
      return numbers.map((number) => ({ id, number }));
    }),
  );
  return {
    deployments,
    revisions,
    clients,
    rollouts,
    facts,
    counts,
    traffic,
    bindings: new Map(bindings.map((row) => [row.groupName, row])),
  };
}
