import { setImmediate as turn } from "node:timers/promises";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import type { ObservedReplica, ObservedRevision } from "@slipway/contracts/observation";
import { expect, test, vi } from "vitest";
import { createLogger } from "#telemetry/logger.ts";
import { Meter } from "./meter.ts";
import { replicaFacts, sampleReplicas } from "./replica-facts.ts";

function aReplica(id: string, state: ObservedReplica["state"], memoryBytes: number | null): ObservedReplica {
  return { id, state, memoryBytes, restarts: 0, startedAt: null, message: null };
}

interface Revision {
  number: number;
  weight: number;
  replicas: ObservedReplica[];
}

function observations(...revisions: Revision[]) {
  const still = { state: "ready", reason: null, message: null, live: true, inFlight: 0 } as const;
  const unknown = { example: null, batching: null, idle: false, environmentHash: null };
  const observed = revisions.map(
    (revision): ObservedRevision => ({ ...still, steps: [], ...unknown, ...revision }),
  );
  const id = deploymentIdSchema.parse("iris");
  const traffic = { requestsLastMinute: 0, failedLastMinute: 0, lastRequestAt: null };
  return { deployments: [{ id, revisions: observed, traffic, rollouts: [], clientUse: [] }] };
}

function facts(...revisions: Revision[]) {
  return replicaFacts(observations(...revisions));
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

test("a change is seen soon, also one that comes just after another", async () => {
  const stop = new AbortController();
  const meter = new Meter();
  const replicas: ObservedReplica[] = [];
  let change = Promise.withResolvers<void>();
  const announce = () => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const rest = { sequence: 1, epoch: "a", benchmarks: [] };
  const runs = {
    observe: async () => ({ ...observations({ number: 1, weight: 100, replicas }), ...rest }),
    changed: () => change.promise,
  };
  const sampling = sampleReplicas({ runs, meter, logger: createLogger("silent") }, stop.signal);
  await turn();
  announce();
  await turn();
  replicas.push(aReplica("r1-0", "ready", 100));
  announce();
  await vi.waitFor(() => expect(meter.totals().map((total) => total.replicas)).toEqual([1]), 10_000);
  stop.abort();
  announce();
  await sampling;
});
