import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { runSource, useRegistry } from "#registry/testing/registry.ts";

const { seed, database, registry, aGroup, aModel } = await useRegistry();
const experiment = await seed.experiment();
const QUERY = {
  ...{ columns: ["metrics.score"], orderBy: "metrics.score desc", pageSize: 100, firstOfEach: false },
};

async function aScoredVersion(model: string, score: number): Promise<void> {
  await seed.version(model, runSource(experiment, await seed.run(experiment, { metrics: { score } })));
}

test("the background finds every version and what was logged for it, without anybody having looked", async () => {
  const [first, second] = [await aModel("first"), await aModel("second")];
  await aScoredVersion(first, 1);
  await aScoredVersion(first, 3);
  await aScoredVersion(second, 2);
  const binding = await aGroup("background");
  const pass = registry.indexPass(binding);
  const settle = async () => {
    for (let steps = 0; steps < 30; steps++) await pass.step();
  };
  const scores = async () => {
    const { items, complete } = await registry.listVersions(binding, null, QUERY);
    return { complete, scores: items.map(({ name, metrics }) => [name, metrics.score]) };
  };
  await settle();
  expect(await scores()).toEqual({
    complete: true,
    scores: [
      [first, 3],
      [second, 2],
      [first, 1],
    ],
  });

  await aScoredVersion(second, 4);
  await seed.send("DELETE", "model-versions/delete", { name: first, version: "2" });
  // The look of a list tells which models were updated; the background reads their versions.
  await registry.listModels(binding);
  await settle();
  expect(await scores()).toEqual({
    complete: true,
    scores: [
      [second, 4],
      [second, 2],
      [first, 1],
    ],
  });

  await seed.deleteModel(second);
  await registry.listModels(binding);
  await settle();
  expect((await scores()).scores).toEqual([[first, 1]]);
});

test("of each model the best version alone is listed where that is asked for", async () => {
  const [first, second] = [await aModel("best of"), await aModel("worst of")];
  await aScoredVersion(first, 1);
  await aScoredVersion(first, 9);
  await aScoredVersion(second, 5);
  const binding = await aGroup("best");
  const pass = registry.indexPass(binding);
  for (let steps = 0; steps < 30; steps++) await pass.step();
  const { items } = await registry.listVersions(binding, null, {
    ...{ ...QUERY, firstOfEach: true, filter: `name in ('${first}', '${second}')` },
  });
  expect(items.map(({ name, version }) => [name, version])).toEqual([
    [first, "2"],
    [second, "1"],
  ]);
});

test("when a group is bound to another address, what still asks the old one disturbs nothing, and its index is dropped", async () => {
  const model = await aModel("bound anew");
  await aScoredVersion(model, 1);
  const before = await aGroup("rebound");
  const after = { ...before, trackingUri: before.trackingUri.replace("127.0.0.1", "localhost") };
  const late = registry.indexPass(before);
  await late.step();
  for (let round = 0; round < 3; round++) {
    const page = await registry.listVersions(after, model, QUERY);
    expect(page).toMatchObject({ total: 1, complete: true });
    await late.step();
  }
  await registry.drop("rebound");
  expect((await registry.listVersions(after, model, QUERY)).total).toBe(1);
});

test("a look at a model that has not changed writes nothing", async () => {
  const model = await aModel("quiet");
  await aScoredVersion(model, 1);
  const binding = await aGroup("quiet");
  await registry.listVersions(binding, model, QUERY);
  const written = async () => {
    const { rows } = await database.execute(
      sql`select m.xmin::text as model, v.xmin::text as version from registry_model m
        join registry_version v on v.model_id = m.id where m.name = ${model}`,
    );
    return rows;
  };
  const before = await written();
  const page = await registry.listVersions(binding, model, QUERY);
  await registry.getModel(binding, model);
  expect(await written()).toEqual(before);
  expect(page).toMatchObject({ total: 1, unreachable: null });

  await aScoredVersion(model, 2);
  expect((await registry.listVersions(binding, model, QUERY)).total).toBe(2);
  expect(await written()).not.toEqual(before);
});
