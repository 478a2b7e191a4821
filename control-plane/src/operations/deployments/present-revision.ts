/** A revision as people see it; the values of secrets stay behind. */
import { createHash } from "node:crypto";
import type { Revision } from "@slipway/contracts/api/deployment";
import { formatModelUri } from "@slipway/contracts/model-uri";
import { unseal } from "@slipway/contracts/sealed";
import { batchingInEffect } from "#domain/batching.ts";
import type { RevisionRecord } from "#domain/deployment.ts";

export function presentRevision(
  record: RevisionRecord,
  { environmentHash, sealingKey }: { environmentHash: string | null; sealingKey: Buffer },
): Revision {
  const { number, author, updateMessage, requestedModelUri, modelName, access, description, metadata } =
    record;
  const { minReplicas, maxReplicas, instanceType, cpuThreads, memoryBytes } = record;
  const { strategy, warmSeconds, aliasPolicy, rollbackOf } = record;
  return {
    number,
    createdAt: record.createdAt.toISOString(),
    author,
    updateMessage,
    requestedModelUri,
    modelUri: formatModelUri(modelName, record.modelVersion),
    modelName,
    resolvedVersion: record.modelVersion,
    access,
    description,
    variables: record.variables.map(({ name, secret, sealed }) =>
      secret
        ? { name, secret, mark: markOf(sealed) }
        : { name, secret, value: unseal(sealingKey, sealed, `variable:${name}`) },
    ),
    metadata,
    minReplicas,
    maxReplicas,
    instanceType,
    cpuThreads,
    memoryBytes,
    strategy,
    warmSeconds,
    aliasPolicy,
    ...record.serving,
    batchingInEffect: batchingInEffect({ ...record.serving, batchingTag: record.batchingTag }),
    rollbackOf,
    environmentHash,
  };
}

/** Tells two sealings apart and nothing of what is sealed: the sealed text begins with a random nonce. */
function markOf(sealed: string): string {
  return createHash("sha256").update(sealed).digest("hex").slice(0, 8);
}
