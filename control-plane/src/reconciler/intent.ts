/** Everything that a cycle works from, read in a fixed number of queries. */
import type { DeploymentId } from "@slipway/contracts/ids";
import type { DesiredDeployment, RevisionRecord, RolloutRecord } from "#domain/deployment.ts";
import type { Database } from "#store/database.ts";
import { type ClientRecord, listAllDeployments, listClients, revisionsOf } from "#store/deployment-store.ts";
import { type BindingRecord, listBindings } from "#store/group-store.ts";
import { type FactRecord, factsOf, newestRollouts } from "#store/rollout-store.ts";

export interface Intent {
  deployments: DesiredDeployment[];
  /** By `id/number`. */
  revisions: Map<string, RevisionRecord>;
  clients: ClientRecord[];
  rollouts: Map<DeploymentId, RolloutRecord>;
  facts: Map<DeploymentId, FactRecord>;
  /** By group. */
  bindings: Map<string, BindingRecord>;
}

export async function readIntent(database: Database): Promise<Intent> {
  const deployments = await listAllDeployments(database);
  const ids = deployments.map((deployment) => deployment.id);
  const [revisions, clients, rollouts, facts, bindings] = await Promise.all([
    revisionsOf(database, ids),
    listClients(database, ids),
    newestRollouts(database, ids),
    factsOf(database, ids),
    listBindings(database),
  ]);
  return {
    deployments,
    revisions,
    clients,
    rollouts,
    facts,
    bindings: new Map(bindings.map((row) => [row.groupName, row])),
  };
}
