import { deploymentIdSchema } from "@slipway/contracts/ids";
import type { ObservedReplica, ObservedRevision } from "@slipway/contracts/observation";
import { expect, test } from "vitest";
import { replicaFacts } from "./replica-facts.ts";

function aReplica(id: string, state: ObservedReplica["state"], memoryBytes: number | null): ObservedReplica {
  return { id, state, memoryBytes, restarts: 0, startedAt: null, message: null };
}

function facts(...revisions: { number: number; weight: number; replicas: ObservedReplica[] }[]) {
  const still = { state: "ready", reason: null, message: null, live: true, inFlight: 0, steps: [] } as const;
  const unknown = { example: null, batching: null, idle: false, environmentHash: null };
  const observed = revisions.map(
    (revision): ObservedRevision => ({ ...still, steps: [], ...unknown, ...revision }),
  );
  const id = deploymentIdSchema.parse("iris");
  const traffic = { requestsLastMinute: 0, failedLastMinute: 0, lastRequestAt: null };
  return replicaFacts({ deployments: [{ id, revisions: observed, traffic, rollouts: [], clientUse: [] }] });
}

test("replicas count when they are ready, and the largest of all tells the memory", () => {
  const replicas = [
    aReplica("r1-0", "ready", 100),
    aReplica("r1-1", "starting", 200),
    aReplica("r1-2", "ready", null),
  ];
  expect(facts({ number: 1, weight: 100, replicas })).toEqual([
    { id: "iris", revision: 1, replicas: 2, memoryBytes: 200 },
  ]);
});

test("replicas that revisions share count once, for the one that serves", () => {
  const replicas = [aReplica("r1-0", "ready", 100)];
  expect(facts({ number: 1, weight: 0, replicas }, { number: 3, weight: 100, replicas })).toEqual([
    { id: "iris", revision: 3, replicas: 1, memoryBytes: 100 },
    { id: "iris", revision: 1, replicas: 0, memoryBytes: 0 },
  ]);
});
