import { describe, expect, inject, test } from "vitest";
import { startProxy } from "./testing/proxy.ts";
import { ALL, aBinding, runSource, useRegistry } from "./testing/registry.ts";

const { uri, seed, registry, binding, aGroup, aModel } = await useRegistry();
const experiment = await seed.experiment();

describe("models", () => {
  test("are listed to the end when MLflow has more than a page of them, each once", async () => {
    const names = Array.from({ length: 1_100 }, (_, at) => `paged-${at}`);
    const waiting = [...names];
    await Promise.all(
      [1, 2, 3, 4].map(async () => {
        for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) await seed.model(name);
      }),
    );
    const { models: listed } = await registry.listModels(binding, { search: "paged-" });
    expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
    await using proxy = await startProxy(uri, { rowsPerPage: 100 });
    const narrow = await registry.listModels(await aGroup("narrow", proxy.url), { search: "paged-" });
    expect(narrow.models).toHaveLength(names.length);
    expect(proxy.paths.length).toBeGreaterThan(10);
  });

  test("are found by a part of name or description in any case, and sorted", async () => {
    const first = await aModel("Findable B", "sorts Later");
    const second = await aModel("findable a");
    const byName = await registry.listModels(binding, { search: "FINDABLE" });
    expect(byName.models.map(({ name }) => name)).toEqual([second, first]);
    const byDescription = await registry.listModels(binding, { search: "sorts later" });
    expect(byDescription.models.map(({ name }) => name)).toEqual([first]);
    const newest = await registry.listModels(binding, { search: "findable", orderBy: "createdAt desc" });
    expect(newest.models.map(({ name }) => name)).toEqual([second, first]);
    await expect(registry.listModels(binding, { orderBy: "colour" })).rejects.toMatchObject({
      code: "invalid_request",
    });
  });

  test("without versions have no latest version and an empty versions page", async () => {
    const name = await aModel("empty");
    const model = await registry.getModel(binding, name);
    expect(model).toMatchObject({ latestVersion: null, versionCount: 0 });
    expect(await registry.listVersions(binding, name, ALL)).toMatchObject({
      items: [],
      total: 0,
      complete: true,
    });
  });

  test.each(["it's", 'say "hi"', `both ' and "`, "100%", "模型 ü", "a?b#c&d", "back\\slash", "under_score"])(
    "named %s open like any other",
    async (label) => {
      const name = await aModel(label);
      await aModel(label.replace(/[_'"]/g, "x"));
      const run = await seed.run(experiment, { params: { C: "1" } });
      await seed.version(name, runSource(experiment, run));
      expect(await registry.getModel(binding, name)).toMatchObject({
        name,
        latestVersion: "1",
        versionCount: 1,
      });
      const page = await registry.listVersions(binding, name, ALL);
      expect(page.items).toMatchObject([{ version: "1", params: { C: "1" }, modelUri: `models:/${name}/1` }]);
      expect(await registry.getVersion(binding, name, "1")).toMatchObject({ name, version: "1" });
    },
  );

  test("that MLflow does not know are said to be not found", async () => {
    const missing = { code: "model_not_found" };
    await expect(registry.getModel(binding, "no such model")).rejects.toMatchObject(missing);
    await expect(registry.listVersions(binding, "no such model", ALL)).rejects.toMatchObject(missing);
    await expect(registry.getVersion(binding, "no such model", "1")).rejects.toMatchObject(missing);
  });
});

describe("an MLflow behind a proxy", () => {
  test("works under a path prefix with basic auth, and its links carry the prefix", async () => {
    await using proxy = await startProxy(inject("mlflowUri"), {
      prefix: "/team/mlflow",
      credentials: "ann:pass:word",
    });
    const variables = { MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "pass:word" };
    const own = aBinding(`${proxy.url}/`, { group: "proxied", variables });
    const detail = await registry.getVersion(own, "iris-classifier", "1");
    expect(detail.url).toBe(`${proxy.url}/#/models/iris-classifier/versions/1`);
    expect(detail.warnings).toEqual([]);
    await expect(registry.listModels(await aGroup("stranger", proxy.url))).rejects.toMatchObject({
      code: "mlflow_unreachable",
      details: { cause: "unauthorized", uri: proxy.url },
    });
  });

  test("is asked a second time when it cuts a connection", async () => {
    await using proxy = await startProxy(inject("mlflowUri"), { cutFirst: true });
    const { models } = await registry.listModels(await aGroup("cut", proxy.url));
    expect(models).not.toHaveLength(0);
  });
});
