/** Which revision takes a request, and which replica a copy. Pure. */
import type { ServingReplica, ServingRevision } from "#agent/replica-pool.ts";

/**
 * Draws a revision by weight among those that can answer; when none can, the one that stands by as the fallback; else one
 * that is being brought back, whose callers wait. Undefined when there is nobody to wait for. `random` lies in [0, 1).
 */
export function chooseRevision(
  revisions: readonly ServingRevision[],
  random: number,
): ServingRevision | undefined {
  return (
    draw(revisions, canAnswer, random) ??
    revisions.find(({ fallback, replicas }) => fallback && replicas.length > 0) ??
    draw(revisions, ({ recovering }) => recovering, random)
  );
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

/** One that sleeps answers too, once it is woken. */
function canAnswer({ replicas, idle }: ServingRevision): boolean {
  return replicas.length > 0 || idle;
}

function draw(
  revisions: readonly ServingRevision[],
  able: (revision: ServingRevision) => boolean,
  random: number,
): ServingRevision | undefined {
  let total = 0;
  for (const revision of revisions) if (able(revision)) total += revision.weight;
  let left = random * total;
  let last: ServingRevision | undefined;
  for (const revision of revisions) {
    if (revision.weight <= 0 || !able(revision)) continue;
    last = revision;
    left -= revision.weight;
    if (left < 0) break;
  }
  return last;
}
