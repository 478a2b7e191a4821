/** From planned shares to the assignment that a runtime understands. */
import type { AssignedRevision, Assignment } from "@slipway/contracts/assignment";
import type { DesiredDeployment, RevisionRecord } from "#domain/deployment.ts";
import type { Share } from "#domain/plan.ts";
import type { ClientRecord } from "#store/deployment-store.ts";
import { type BindingRecord, downloadVariables } from "#store/group-store.ts";

export interface AssignmentInput {
  deployment: DesiredDeployment;
  shares: Share[];
  /** By `id/number`. */
  revisions: Map<string, RevisionRecord>;
  clients: ClientRecord[];
  binding: BindingRecord | undefined;
}

/** Builds one deployment's assignment. The access is that of the newest revision: changing it needs no new replica. */
export function toAssignment({
  deployment,
  shares,
  revisions,
  clients,
  binding,
}: AssignmentInput): Assignment {
  const latest = revisions.get(`${deployment.id}/${deployment.targetRevision}`);
  return {
    id: deployment.id,
    access: latest?.access ?? "private",
    clients: clients
      .filter((client) => client.deploymentId === deployment.id)
      .map(({ name, tokenHash }) => ({ name, tokenHash })),
    revisions: shares.flatMap(({ revision, weight }) => {
      const record = revisions.get(`${deployment.id}/${revision}`);
      return record === undefined ? [] : [toAssignedRevision(record, weight, binding)];
    }),
  };
}

function toAssignedRevision(
  record: RevisionRecord,
  weight: number,
  binding: BindingRecord | undefined,
): AssignedRevision {
  // Credentials are rotated in the binding; a revision of another MLflow keeps those it was made with.
  const variables =
    binding?.trackingUri === record.trackingUri ? downloadVariables(binding) : record.sealedVariables;
  return {
    number: record.number,
    weight,
    replicas: record.replicas,
    model: {
      trackingUri: record.trackingUri,
      workspace: record.workspace,
      variables,
      name: record.modelName,
      version: record.modelVersion,
      fingerprint: record.fingerprint,
    },
    variables: [],
    resources: { cpuThreads: record.cpuThreads, memoryBytes: record.memoryBytes },
  };
}
