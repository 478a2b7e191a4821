import { deploymentIdSchema } from "@slipway/contracts/ids";
import type { Observation, ObservedRollout } from "@slipway/contracts/observation";
import { expect, test } from "vitest";
import { countsOf } from "#store/traffic-store.ts";
import { useApi } from "#testing/api.ts";
import { aDeployment, anObservation } from "#testing/factories.ts";
import { forgetUnlisted, recordObservation } from "./observe.ts";

const { call, database } = await useApi();
const at = new Date("2026-01-01T00:00:00Z");
const id = deploymentIdSchema.parse("counted");

function rollout(number: number, unserved: number): ObservedRollout {
  return { rollout: number, revisions: [], unserved, shadow: null };
}

test("what was saved is remembered while the newest observation lists it, and forgotten then", async () => {
  await call("POST", "/groups/demo/deployments", { body: { name: id, modelUri: "models:/iris-unsigned/1" } });
  const saved = new Map<string, string>();
  async function observe(epoch: string, parts: Pick<Observation, "rollouts" | "clientUse">) {
    const observation = { ...anObservation(), id, ...parts };
    await recordObservation(database, aDeployment({ id }), {
      fact: undefined,
      observation,
      epoch,
      saved,
      at,
    });
    forgetUnlisted(saved, { sequence: 1, epoch, deployments: [observation], benchmarks: [] });
    return saved.size;
  }
  const clientUse = [{ name: "ada", lastUsedAt: at.toISOString() }];
  expect(await observe("a", { rollouts: [rollout(1, 3), rollout(2, 0)], clientUse })).toBe(3);
  expect(await observe("a", { rollouts: [rollout(2, 4)], clientUse })).toBe(2);
  expect(await observe("a", { rollouts: [rollout(2, 4)], clientUse: [] })).toBe(1);
  expect(await observe("b", { rollouts: [rollout(2, 1)], clientUse: [] })).toBe(1);
  expect(await observe("b", { rollouts: [], clientUse: [] })).toBe(0);
  // Forgetting loses nothing that was kept.
  const counts = await countsOf(database, id, [1, 2]);
  expect(counts.get(1)?.map(({ unserved }) => unserved)).toEqual([3]);
  expect(counts.get(2)?.map(({ unserved }) => unserved)).toEqual([4, 1]);
});
