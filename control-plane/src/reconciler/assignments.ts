/** From planned shares to the assignment that a runtime understands. */
import type { AssignedClient, AssignedRevision, Assignment } from "@slipway/contracts/assignment";
import { effectiveBatching } from "#domain/batching.ts";
import type { DesiredDeployment, RevisionRecord } from "#domain/deployment.ts";
import { isSameMlflow } from "#domain/mlflow.ts";
import type { Share } from "#domain/plan-terms.ts";
import type { ClientRecord } from "#store/deployment-store.ts";
import { type BindingRecord, downloadVariables } from "#store/group-store.ts";

export interface AssignmentInput {
  deployment: DesiredDeployment;
  shares: Share[];
  /** By `id/number`. */
  revisions: Map<string, RevisionRecord>;
  clients: ClientRecord[];
  /** The generation of the rollout that is running. */
  rollout: number | null;
  servingRevision: number | null;
  binding: BindingRecord | undefined;
}

/** Builds one deployment's assignment. The access is that of what serves: a revision that fails to go live changes nothing. */
export function toAssignment({
  deployment,
  shares,
  revisions,
  clients,
  rollout,
  servingRevision,
  binding,
}: AssignmentInput): Assignment {
  const effective = revisions.get(`${deployment.id}/${servingRevision ?? deployment.targetRevision}`);
  return {
    id: deployment.id,
    access: effective?.access ?? "private",
    clients: clients.filter((client) => client.deploymentId === deployment.id).map(toAssignedClient),
    rollout,
    revisions: shares.flatMap((share) => {
      const record = revisions.get(`${deployment.id}/${share.revision}`);
      return record === undefined ? [] : [toAssignedRevision(record, share, binding)];
    }),
  };
}

function toAssignedRevision(
  record: RevisionRecord,
  { weight, mirrorPercent = 0, fallback = false }: Share,
  binding: BindingRecord | undefined,
): AssignedRevision {
  // Credentials are rotated in the binding; a revision of another MLflow keeps those it was made with.
  const variables =
    binding !== undefined && isSameMlflow(binding, record)
      ? downloadVariables(binding)
      : record.sealedVariables;
  return {
    number: record.number,
    weight,
    mirrorPercent,
    fallback,
    minReplicas: record.minReplicas,
    maxReplicas: record.maxReplicas,
    model: {
      trackingUri: record.trackingUri,
      workspace: record.workspace,
      variables,
      name: record.modelName,
      version: record.modelVersion,
      fingerprint: record.fingerprint,
    },
    variables: record.variables.map(({ name, sealed }) => ({ name, sealed })),
    resources: { cpuThreads: record.cpuThreads, memoryBytes: record.memoryBytes },
    ...record.serving,
    batching: effectiveBatching({ ...record.serving, batchingTag: record.batchingTag }),
  };
}

function toAssignedClient(client: ClientRecord): AssignedClient {
  const { name, requestsPerMinute, expiresAt, previousTokenHash, previousExpiresAt } = client;
  const tokens = [{ hash: client.tokenHash, expiresAt: expiresAt?.toISOString() ?? null }];
  if (previousTokenHash !== null && previousExpiresAt !== null) {
    tokens.push({ hash: previousTokenHash, expiresAt: previousExpiresAt.toISOString() });
  }
  return { name, tokens, requestsPerMinute };
}
