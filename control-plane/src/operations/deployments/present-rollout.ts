/** A rollout as people see it, with its receipt: what was asked, what differed, who was served by which revision. */
import type { Revision } from "@slipway/contracts/api/deployment";
import type { RequestCounts, Rollout, ShadowReport } from "@slipway/contracts/api/rollout";
import { ALL_AT_ONCE } from "@slipway/contracts/api/strategy";
import { latencyQuantileMs } from "@slipway/contracts/latency-buckets";
import type { ObservedRollout } from "@slipway/contracts/observation";
import { diffSpecs } from "@slipway/contracts/spec-diff";
import type { RolloutRecord } from "#domain/deployment.ts";
import { mergeCounts } from "#domain/receipt.ts";

/** `counts` holds one entry per start of the data plane; `revisions` are those of the deployment, by number. */
export function presentRollout(
  rollout: RolloutRecord,
  { revisions, counts }: { revisions: Map<number, Revision>; counts: ObservedRollout[] },
): Rollout {
  const target = revisions.get(rollout.revision);
  const from = rollout.fromRevision === null ? undefined : revisions.get(rollout.fromRevision);
  const merged = mergeCounts(counts);
  return {
    id: String(rollout.generation),
    revision: rollout.revision,
    fromRevision: rollout.fromRevision,
    state: rollout.state,
    author: rollout.author,
    strategy: target?.strategy ?? ALL_AT_ONCE,
    startedAt: rollout.startedAt.toISOString(),
    finishedAt: rollout.finishedAt?.toISOString() ?? null,
    durationMs:
      rollout.finishedAt === null ? null : rollout.finishedAt.getTime() - rollout.startedAt.getTime(),
    reason: rollout.reason,
    message: rollout.message,
    steps: rollout.steps,
    progress: rollout.progress,
    changes: target === undefined ? [] : diffSpecs(from ?? null, target),
    requests: merged.revisions.map(presentCounts),
    unserved: merged.unserved,
    checks: rollout.checks,
    shadow: merged.shadow satisfies ShadowReport | null,
  };
}

function presentCounts({
  revision,
  served,
  refused,
  failed,
  latency,
}: ObservedRollout["revisions"][number]): RequestCounts {
  return {
    revision,
    served,
    refused,
    failed,
    p50Ms: latencyQuantileMs(latency, 0.5),
    p95Ms: latencyQuantileMs(latency, 0.95),
  };
}
