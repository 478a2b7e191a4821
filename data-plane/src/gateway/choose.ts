/** Which revision and which of its replicas takes a request. Pure. */
import type { ServingReplica, ServingRevision } from "#agent/replica-pool.ts";

/**
 * Draws a revision by weight among those that can answer; when none can, the one that stands by as the fallback.
 * `random` lies in [0, 1).
 */
export function chooseRevision(
  revisions: readonly ServingRevision[],
  random: number,
): ServingRevision | undefined {
  const able = revisions.filter((revision) => revision.weight > 0 && revision.replicas.length > 0);
  const total = able.reduce((sum, revision) => sum + revision.weight, 0);
  let left = random * total;
  for (const revision of able) {
    left -= revision.weight;
    if (left < 0) return revision;
  }
  return able.at(-1) ?? revisions.find(({ fallback, replicas }) => fallback && replicas.length > 0);
}

/** The replica with the fewest requests in flight; undefined when all hold `inFlightMax`. */
export function chooseReplica(
  replicas: readonly ServingReplica[],
  inFlightMax: number,
): ServingReplica | undefined {
  let chosen: ServingReplica | undefined;
  for (const replica of replicas) {
    if (replica.inFlight < (chosen?.inFlight ?? inFlightMax)) chosen = replica;
  }
  return chosen;
}
