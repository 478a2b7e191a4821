import { describe, expect, test } from "vitest";
import { ALL, aBinding, loggedModelSource, runSource, useRegistry } from "./testing.ts";
import { startProxy } from "./testing-proxy.ts";

const { uri, seed, registry, binding, aModel } = useRegistry();
const experiment = await seed.experiment();

describe("versions", () => {
  test("sort by a metric in both directions with NaN and missing values last", async () => {
    const name = await aModel("sorting");
    for (const score of [0.5, "NaN", "Infinity", undefined, "-Infinity", 0.9]) {
      const run = await seed.run(experiment, score === undefined ? {} : { metrics: { score } });
      await seed.version(name, runSource(experiment, run));
    }
    const order = async (orderBy: string) =>
      (await registry.listVersions(binding, name, { ...ALL, orderBy })).items.map(({ version }) => version);
    expect(await order("metrics.score desc")).toEqual(["3", "6", "1", "5", "4", "2"]);
    expect(await order("metrics.score asc")).toEqual(["5", "1", "6", "3", "4", "2"]);
    const { items } = await registry.listVersions(binding, name, { ...ALL, orderBy: "version" });
    expect(items.map(({ metrics }) => metrics.score)).toEqual([
      0.5,
      "NaN",
      "Infinity",
      undefined,
      "-Infinity",
      0.9,
    ]);
  });

  test("carry what was logged for their logged model before what was logged for the run", async () => {
    const name = await aModel("logged");
    const run = await seed.run(experiment, { params: { C: "run", only: "run" }, metrics: { loss: 3 } });
    const logged = await seed.loggedModel(experiment, run, { params: { C: "own" }, metrics: { score: 0.7 } });
    await seed.version(name, loggedModelSource(logged, run));
    const later = await seed.loggedModel(experiment, run, { metrics: { score: 0.8 } });
    await seed.version(name, loggedModelSource(later, run));
    const { items } = await registry.listVersions(binding, name, {
      ...ALL,
      columns: [...ALL.columns, "params.only"],
      orderBy: "version",
    });
    expect(items).toMatchObject([
      { params: { C: "own", only: "run" }, metrics: { score: 0.7, loss: 3 } },
      { params: { C: "run" }, metrics: { score: 0.8, loss: 3 } },
    ]);
  });

  test("keep a logged model's NaN, which MLflow itself answers as 0", async () => {
    const name = await aModel("lost nan");
    const run = await seed.run(experiment);
    const logged = await seed.loggedModel(experiment, run, { metrics: { score: "NaN" } });
    await seed.version(name, loggedModelSource(logged, run));
    const { items } = await registry.listVersions(binding, name, ALL);
    expect(items).toMatchObject([{ metrics: { score: "NaN" } }]);
  });

  test("of a deleted run keep its parameters, and the page says that it is deleted", async () => {
    const name = await aModel("deleted run");
    const run = await seed.run(experiment, { params: { C: "7" } });
    await seed.version(name, runSource(experiment, run));
    await seed.post("runs/delete", { run_id: run });
    const page = await registry.listVersions(binding, name, ALL);
    expect(page).toMatchObject({ complete: true, items: [{ params: { C: "7" } }] });
    expect(await registry.getVersion(binding, name, "1")).toMatchObject({
      sourceRun: { id: run, state: "deleted" },
      params: { C: "7" },
    });
  });

  test("registered without a run show the run that their logged model was made in", async () => {
    const name = await aModel("no run");
    const run = await seed.run(experiment);
    const logged = await seed.loggedModel(experiment, run, { params: { C: "2" } });
    await seed.version(name, { source: `models:/${logged}`, model_id: logged });
    const { items } = await registry.listVersions(binding, name, ALL);
    expect(items).toMatchObject([{ params: { C: "2" }, metrics: {} }]);
    expect(await registry.getVersion(binding, name, "1")).toMatchObject({
      sourceRun: { id: run, state: "active" },
      params: { C: "2" },
    });
  });

  test("are filtered, paged and counted", async () => {
    const name = await aModel("filtered");
    for (const score of [1, 2, 3, 4, 5]) {
      const run = await seed.run(experiment, { metrics: { score } });
      const tags = [{ key: "stage", value: score > 3 ? "late" : "early" }];
      await seed.version(name, { ...runSource(experiment, run), tags });
    }
    const query = {
      columns: ["tags.stage"],
      filter: "metrics.score >= 2 and tags.stage = 'early'",
      pageSize: 1,
    };
    const first = await registry.listVersions(binding, name, query);
    expect(first).toMatchObject({
      total: 2,
      items: [{ version: "3", tags: { stage: "early" }, metrics: {} }],
    });
    const second = await registry.listVersions(binding, name, { ...query, pageToken: first.nextPageToken });
    expect(second.items.map(({ version }) => version)).toEqual(["2"]);
    expect(second.nextPageToken).toBeUndefined();
    await expect(registry.listVersions(binding, name, { ...query, pageToken: "x" })).rejects.toMatchObject({
      code: "invalid_request",
    });
  });

  test("cost the same number of requests however many there are", async () => {
    const counts: number[] = [];
    for (const count of [4, 24]) {
      const name = await aModel("counted");
      for (let made = 0; made < count; made++) {
        const run = await seed.run(experiment, { params: { C: String(made) } });
        const logged = await seed.loggedModel(experiment, run);
        await seed.version(name, loggedModelSource(logged, run));
      }
      await using proxy = await startProxy(uri);
      const page = await registry.listVersions(aBinding(proxy.url, { group: `counted ${count}` }), name, ALL);
      expect(page.items).toHaveLength(count);
      expect(page.items.every(({ params }) => params.C !== undefined)).toBe(true);
      counts.push(proxy.paths.length);
      await registry.listVersions(aBinding(proxy.url, { group: `counted ${count}` }), name, ALL);
      expect(proxy.paths.length - (counts.at(-1) ?? 0)).toBe(2);
    }
    expect(counts[0]).toBe(counts[1]);
  });

  test("that many ask for at once are read once", async () => {
    const name = await aModel("shared");
    for (let count = 0; count < 3; count++) {
      await seed.version(name, runSource(experiment, await seed.run(experiment)));
    }
    await using proxy = await startProxy(uri);
    const own = aBinding(proxy.url, { group: "shared" });
    await Promise.all([1, 2, 3, 4].map(() => registry.listVersions(own, name, ALL)));
    expect(proxy.paths.filter((path) => path.endsWith("runs/search"))).toHaveLength(1);
  });
});

describe("a model URI", () => {
  test("resolves to an exact version, and to another fingerprint after the version was made anew", async () => {
    const name = await aModel("resolved");
    const first = runSource(experiment, await seed.run(experiment));
    await seed.version(name, first);
    await seed.post("registered-models/alias", { name, alias: "champion", version: "1" });
    const before = await registry.resolve(binding, { name, alias: "champion" });
    expect(before.version).toBe("1");
    expect((await registry.resolve(binding, { name, version: "1" })).fingerprint).toBe(before.fingerprint);
    await seed.deleteModel(name);
    await seed.model(name);
    await seed.version(name, runSource(experiment, await seed.run(experiment)));
    expect((await registry.resolve(binding, { name, version: "1" })).fingerprint).not.toBe(
      before.fingerprint,
    );
  });

  test("with an unknown alias names the aliases that there are", async () => {
    const name = await aModel("aliases");
    await seed.version(name, runSource(experiment, await seed.run(experiment)));
    await seed.post("registered-models/alias", { name, alias: "champion", version: "1" });
    await expect(registry.resolve(binding, { name, alias: "challenger" })).rejects.toMatchObject({
      code: "model_version_not_found",
      message: expect.stringContaining("@champion"),
    });
  });
});
