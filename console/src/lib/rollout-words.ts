/** What a rollout does and did, in words. */
import type { Rollout, RolloutProgress } from "@slipway/contracts/api/rollout";
import type { Strategy } from "@slipway/contracts/api/strategy";

/** `SmokeTestFailed` → `Smoke test failed`. */
export function reasonWords(reason: string): string {
  const words = reason.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A strategy's name, without its figures. */
export function strategyName(strategy: Strategy): string {
  switch (strategy.kind) {
    case "all-at-once":
      return "all at once";
    case "canary":
      return `canary, ${strategy.promotion} promotion`;
    case "shadow":
      return `shadow, ${strategy.promotion} promotion`;
  }
}

/** What it waits for before it goes on. */
export function waitingWords(waitingFor: RolloutProgress["waitingFor"]): string {
  switch (waitingFor) {
    case null:
      return "waiting for nothing more";
    case "replicas":
      return "waiting for replicas";
    case "time":
      return "waiting for its time to pass";
    case "requests":
      return "waiting for enough requests";
    case "promotion":
      return "waiting for somebody to promote it";
  }
}

/** `4 → 5`, or `5` for a first revision. */
export function rolloutMove({ fromRevision, revision }: Pick<Rollout, "fromRevision" | "revision">): string {
  return fromRevision === null ? `revision ${revision}` : `revision ${fromRevision} → ${revision}`;
}

/** An event may be written a moment before the rollout that it is about. */
const EVENT_AHEAD_MS = 1_000;

/** The rollout that an event of a revision belongs to: the newest one that had begun by then. */
export function rolloutAt(rollouts: Rollout[], revision: number | null, at: string): Rollout | null {
  const latestMs = Date.parse(at) + EVENT_AHEAD_MS;
  const mine = rollouts.filter(
    (rollout) => rollout.revision === revision && Date.parse(rollout.startedAt) <= latestMs,
  );
  return mine.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0] ?? null;
}

/** Requests that a rollout's revisions took, all told. */
export function sumCounts(rollout: Pick<Rollout, "requests">): { served: number; failed: number } {
  return rollout.requests.reduce(
    (sum, { served, failed }) => ({ served: sum.served + served, failed: sum.failed + failed }),
    { served: 0, failed: 0 },
  );
}
