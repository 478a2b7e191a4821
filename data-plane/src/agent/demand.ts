/** How much the revisions of a pool are wanted, together. Pure. */
import type { Demand } from "./replica-pool.ts";

/** Adds up what is wanted of several revisions. */
export function sumDemand(all: readonly Demand[]): Demand {
  const times = all.flatMap(({ lastRequestAtMs }) => lastRequestAtMs ?? []);
  return {
    inFlight: all.reduce((sum, { inFlight }) => sum + inFlight, 0),
    waiting: all.reduce((sum, { waiting }) => sum + waiting, 0),
    lastRequestAtMs: times.length === 0 ? null : Math.max(...times),
  };
}
