/** What replicas there are, from what the agent observes. */
import type { Observations, ObservedRevision } from "@slipway/contracts/observation";
import type { ReplicaFacts } from "./meter.ts";

/** Revisions that share replicas: they count for the one that gets the most requests. */
export function replicaFacts({ deployments }: Pick<Observations, "deployments">): ReplicaFacts[] {
  return deployments.flatMap(({ id, revisions }) => {
    const counted = new Set<string>();
    return revisions
      .toSorted((a, b) => b.weight - a.weight)
      .map((revision) => ({ id, revision: revision.number, ...sizeOf(revision, counted) }));
  });
}

function sizeOf({ replicas }: ObservedRevision, counted: Set<string>) {
  const own = replicas.filter(({ id }) => !counted.has(id));
  for (const { id } of own) counted.add(id);
  const ready = own.filter(({ state }) => state === "ready");
  return {
    replicas: ready.length,
    memoryBytes: Math.max(0, ...own.map(({ memoryBytes }) => memoryBytes ?? 0)),
  };
}
