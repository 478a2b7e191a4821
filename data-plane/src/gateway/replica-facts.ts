/** What replicas there are, from what the agent observes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Observations, ObservedRevision } from "@slipway/contracts/observation";
import type { Logger } from "#telemetry/logger.ts";
import type { Meter, ReplicaFacts } from "./meter.ts";

/** How often it is looked, at least and at most. */
const SAMPLE_MS = 5_000;
const SAMPLE_PAUSE_MS = 500;

interface SamplePorts {
  /** Where what runs is observed. */
  runs: {
    observe: (after: null, waitMs: number, signal: AbortSignal) => Promise<Observations>;
    /** Resolves when something has changed, or after `waitMs`. */
    changed: (waitMs: number, signal: AbortSignal) => Promise<void>;
  };
  meter: Meter;
  logger: Logger;
}

/** Tells the meter what replicas there are until it is stopped: soon after a change, and now and then for what they hold. */
export async function sampleReplicas(
  { runs, meter, logger }: SamplePorts,
  stopped: AbortSignal,
): Promise<void> {
  while (!stopped.aborted) {
    try {
      meter.sample(replicaFacts(await runs.observe(null, 0, stopped)));
    } catch (err) {
      logger.warn({ err }, "the replicas could not be looked at");
    }
    await runs.changed(SAMPLE_MS, stopped);
    // What changes meanwhile is seen by the look that follows.
    await sleep(SAMPLE_PAUSE_MS, undefined, { signal: stopped }).catch(() => undefined);
  }
}

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
