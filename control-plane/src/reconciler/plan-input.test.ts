import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import { strategySchema } from "@slipway/contracts/api/strategy";
import { expect, test } from "vitest";
import type { RevisionRecord } from "#domain/deployment.ts";
import { aDeployment, aRevision, aRollout } from "#testing/factories.ts";
import { planInput } from "./plan-input.ts";

const CANARY = strategySchema.parse({ kind: "canary" });
const deployment = aDeployment({ targetRevision: 2, latestRevision: 2 });

/** How the second revision is rolled out over the first, when it differs in this. */
function strategyFor(change: Partial<RevisionRecord>): string {
  const revisions = [aRevision(), aRevision({ number: 2, strategy: CANARY, ...change })];
  const intent = {
    deployments: [deployment],
    revisions: new Map(revisions.map((revision) => [`${deployment.id}/${revision.number}`, revision])),
    clients: [],
    rollouts: new Map([[deployment.id, aRollout({ revision: 2, fromRevision: 1 })]]),
    ...{ facts: new Map(), counts: new Map(), traffic: new Map(), bindings: new Map() },
  };
  const now = new Date();
  return planInput(intent, deployment, { observation: null, epoch: "", now }).target.strategy.kind;
}

test("what runs the same processes as before has nothing to be compared with; batching otherwise is another process", () => {
  const off = { ...SERVING_DEFAULTS, batching: { ...SERVING_DEFAULTS.batching, mode: "off" as const } };
  expect(strategyFor({})).toBe("all-at-once");
  expect(strategyFor({ serving: { ...SERVING_DEFAULTS, concurrencyMax: 5 } })).toBe("all-at-once");
  expect(strategyFor({ memoryBytes: 2 })).toBe("canary");
  expect(strategyFor({ serving: off })).toBe("canary");
  expect(strategyFor({ batchingTag: "on" })).toBe("canary");
  expect(strategyFor({ serving: off, batchingTag: "on" })).toBe("canary");
});
