/** How many replicas the revisions of a pool ask for together, and whether they may do without any. Pure. */
import type { AssignedRevision } from "@slipway/contracts/assignment";
import { isWarm } from "./warm-windows.ts";

export interface Bounds {
  /** At least one while it does not sleep. */
  min: number;
  max: number;
  /** After so long without a request no replica need run; null: not now. */
  idleMs: number | null;
}

export interface Circumstances {
  /** A rollout of the deployment runs: its revisions are compared, and either may get all requests at once. */
  rolloutRuns: boolean;
  /** Processors of the machine: more replicas than these can work at the same time only take turns. */
  cores: number;
  now: Date;
}

/** Of revisions that share their replicas each gets what it asks for. */
export function boundsOf(
  members: readonly AssignedRevision[],
  { rolloutRuns, cores, now }: Circumstances,
): Bounds {
  const most = (of: (member: AssignedRevision) => number) => Math.max(...members.map(of));
  const min = most(({ minReplicas }) => minReplicas);
  const threads = most(({ resources }) => resources.cpuThreads);
  const max = Math.min(
    most(({ maxReplicas }) => maxReplicas),
    Math.floor(cores / threads),
  );
  const mustStay = min > 0 || rolloutRuns || members.some(({ warmWindows }) => isWarm(warmWindows, now));
  const idleMs = mustStay ? null : most(({ idleSeconds }) => idleSeconds) * 1000;
  return { min: Math.max(1, min), max: Math.max(1, min, max), idleMs };
}
