/** Which revisions share a pool, and how pools are named: `<deployment>/<spec>`. Pure. */
import type { AssignedRevision, Assignment } from "@slipway/contracts/assignment";

export interface PoolGroup {
  /** Of the deployment. */
  id: string;
  spec: string;
  /** A rollout of the deployment runs. */
  rolloutRuns: boolean;
  revisions: AssignedRevision[];
}

/** Revisions of one deployment that run the same way share a pool. */
export function groupBySpec(
  deployments: readonly Assignment[],
  specOf: (revision: AssignedRevision) => string,
): Map<string, PoolGroup> {
  const groups = new Map<string, PoolGroup>();
  for (const { id, rollout, revisions } of deployments) {
    for (const assigned of revisions) {
      const spec = specOf(assigned);
      const key = keyOf(id, spec);
      const known = groups.get(key);
      if (known !== undefined) known.revisions.push(assigned);
      else groups.set(key, { id, spec, rolloutRuns: rollout !== null, revisions: [assigned] });
    }
  }
  return groups;
}

/** The name of a part of a deployment. */
export function keyOf(id: string, part: number | string): string {
  return `${id}/${part}`;
}

/** The deployment of a name. */
export function idOf(key: string): string {
  return key.slice(0, key.indexOf("/"));
}

/** Whether a name is of a deployment. */
export function belongsTo(key: string, id: string): boolean {
  return key.startsWith(`${id}/`);
}
