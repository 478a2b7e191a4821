import { parseModelUri } from "@slipway/contracts/model-uri";
import { describe, expect, test } from "vitest";
import { loggedModelSource, runSource, useRegistry } from "./testing/registry.ts";

const { seed, registry, binding, aModel } = await useRegistry();
const experiment = await seed.experiment();

async function resolved(uri: string): Promise<string> {
  const { name, version } = await registry.resolve(binding, parseModelUri(uri));
  return `${name} ${version}`;
}

/** A model with three versions made from runs. */
async function aModelOfThree(label: string): Promise<string> {
  const name = await aModel(label);
  for (let number = 1; number <= 3; number++) {
    await seed.version(name, runSource(experiment, await seed.run(experiment)));
  }
  return name;
}

describe("a model URI resolves to the same version however it is spelled", () => {
  test("by number, padded number, alias, latest and stage", async () => {
    const name = await aModelOfThree("spelled");
    await seed.post("registered-models/alias", { name, alias: "champion", version: "2" });
    const stage = (version: string, word: string) =>
      seed.post("model-versions/transition-stage", { name, version, stage: word });
    await stage("1", "Production");
    await stage("2", "Production");
    for (const word of ["2", "002", "production", "Production"]) {
      expect(await resolved(`models:/${name}/${word}`)).toBe(`${name} 2`);
    }
    expect(await resolved(`models:/${name}@champion`)).toBe(`${name} 2`);
    expect(await resolved(`models:/${name}/latest`)).toBe(`${name} 3`);
    expect(await resolved(`models:/${name}/None`)).toBe(`${name} 3`);
    expect(await resolved(`models:/${encodeURIComponent(name)}/2`)).toBe(`${name} 2`);
    await expect(resolved(`models:/${name}/Staging`)).rejects.toMatchObject({
      code: "model_version_not_found",
      message: expect.stringContaining("no version in the stage Staging"),
    });
  });

  test("by its logged model, and by the run that logged it", async () => {
    const name = await aModel("logged");
    const run = await seed.run(experiment);
    const model = await seed.loggedModel(experiment, run);
    await seed.post("runs/outputs", { run_id: run, models: [{ model_id: model, step: 0 }] });
    await seed.version(name, loggedModelSource(model, run));
    await seed.version(name, loggedModelSource(model, run));
    expect(await resolved(`models:/${model}`)).toBe(`${name} 2`);
    expect(await resolved(`runs:/${run}/model`)).toBe(`${name} 2`);
    await expect(resolved(`runs:/${run}/other`)).rejects.toMatchObject({ code: "model_version_not_found" });
  });

  test("by the run that an older client registered it from", async () => {
    const name = await aModel("older");
    const run = await seed.run(experiment);
    await seed.version(name, runSource(experiment, run));
    expect(await resolved(`runs:/${run}/model`)).toBe(`${name} 1`);
  });

  test("and one that means two models asks which", async () => {
    const run = await seed.run(experiment);
    const [first, second] = [await aModel("twice"), await aModel("twice")];
    await seed.version(first, runSource(experiment, run));
    await seed.version(second, runSource(experiment, run));
    await expect(resolved(`runs:/${run}/model`)).rejects.toMatchObject({
      code: "invalid_model_uri",
      message: expect.stringContaining(`models:/${first}/1`),
    });
  });

  test.each([
    ["models:/nobody made this/1", "model_not_found"],
    ["models:/nobody%20made%20this/1", "model_not_found"],
    ["models:/m-00000000000000000000000000000000", "model_version_not_found"],
    ["runs:/00000000000000000000000000000000/model", "model_version_not_found"],
  ])("and %s says what to write instead", async (uri, code) => {
    await expect(resolved(uri)).rejects.toMatchObject({ code });
  });
});

test("the aliases of a model are read in one call", async () => {
  const name = await aModelOfThree("aliased");
  await seed.post("registered-models/alias", { name, alias: "champion", version: "2" });
  await seed.post("registered-models/alias", { name, alias: "challenger", version: "3" });
  expect(Object.fromEntries(await registry.aliases(binding, name))).toEqual({
    champion: "2",
    challenger: "3",
  });
});
