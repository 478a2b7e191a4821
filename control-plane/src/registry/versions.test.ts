import { describe, expect, inject, test } from "vitest";
import { startProxy } from "./testing/proxy.ts";
import { ALL, aBinding, loggedModelSource, runSource, useRegistry } from "./testing/registry.ts";

const { uri, seed, registry, binding, aGroup, aModel } = await useRegistry();
const experiment = await seed.experiment();

describe("versions", () => {
  test("sort by a metric in both directions with NaN, infinite and missing values last", async () => {
    const name = await aModel("sorting");
    for (const score of [0.5, "NaN", "Infinity", undefined, "-Infinity", 0.9]) {
      const run = await seed.run(experiment, score === undefined ? {} : { metrics: { score } });
      await seed.version(name, runSource(experiment, run));
    }
    const order = async (orderBy: string) =>
      (await registry.listVersions(binding, name, { ...ALL, orderBy })).items.map(({ version }) => version);
    expect(await order("metrics.score desc")).toEqual(["6", "1", "5", "4", "3", "2"]);
    expect(await order("metrics.score asc")).toEqual(["1", "6", "5", "4", "3", "2"]);
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
      const own = await aGroup(`counted ${count}`, proxy.url);
      const page = await registry.listVersions(own, name, ALL);
      expect(page.items).toHaveLength(count);
      expect(page.items.every(({ params }) => params.C !== undefined)).toBe(true);
      counts.push(proxy.paths.length);
      await registry.listVersions(own, name, ALL);
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
    const own = await aGroup("shared", proxy.url);
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

describe("a version's page", () => {
  const MLMODEL = `flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
  sklearn: {sklearn_version: 1.9.1}
mlflow_version: 3.17.2
model_size_bytes: 1234
signature:
  inputs: '[{"type": "double", "name": "width", "required": true}, {"type": "string", "name": "kind", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: '[{"name": "t", "default": 0.5, "shape": null, "type": "double"}]'
`;

  async function aLoggedVersion(files: Record<string, string>): Promise<string> {
    const name = await aModel("page");
    const run = await seed.run(experiment, { params: { C: "1" } });
    const logged = await seed.loggedModel(experiment, run);
    for (const [path, content] of Object.entries(files)) await seed.file(experiment, logged, path, content);
    await seed.version(name, loggedModelSource(logged, run));
    return name;
  }

  test("tells signature, flavours, requirements, Python and size from the version's own files", async () => {
    const name = await aLoggedVersion({
      MLmodel: MLMODEL,
      "requirements.txt": "mlflow==3.17.2\n# note\nnumpy\n",
    });
    expect(await registry.getVersion(binding, name, "1")).toMatchObject({
      flavors: [
        { name: "python_function", version: null },
        { name: "sklearn", version: "1.9.1" },
      ],
      requirements: ["mlflow==3.17.2", "numpy"],
      pythonVersion: "3.11.7",
      mlflowVersion: "3.17.2",
      sizeBytes: 1234,
      signature: {
        inputs: [
          { name: "width", type: "double", required: true, tensor: null },
          { name: "kind", type: "string", required: false, tensor: null },
        ],
        outputs: [{ name: null, type: "tensor", tensor: { dtype: "int64", shape: [-1] } }],
        params: [{ name: "t", type: "double", default: 0.5 }],
      },
      inputExample: {
        from: "signature",
        body: { dataframe_split: { columns: ["width", "kind"], data: [[0.5, "text"]] } },
      },
      sourceRun: { state: "active" },
      warnings: [],
    });
  });

  test("stands when files are missing or broken, and says which", async () => {
    const missing = await registry.getVersion(binding, await aLoggedVersion({}), "1");
    expect(missing).toMatchObject({ signature: null, params: { C: "1" }, requirements: [] });
    expect(missing.warnings).toEqual([expect.stringContaining("MLmodel")]);
    const nonsense = { MLmodel: "{: nonsense", "python_env.yaml": "a: [" };
    const broken = await registry.getVersion(binding, await aLoggedVersion(nonsense), "1");
    expect(broken.warnings.sort()).toEqual([
      expect.stringContaining("MLmodel"),
      expect.stringContaining("python_env.yaml"),
    ]);
    const inPart = { MLmodel: "mlflow_version: 3.17.2\nsignature: [1]\nsaved_input_example_info: 5" };
    const rest = await registry.getVersion(binding, await aLoggedVersion(inPart), "1");
    expect(rest).toMatchObject({ mlflowVersion: "3.17.2", signature: null, inputExample: null });
    expect(rest.warnings).toEqual([
      expect.stringMatching(/^The signature in MLmodel is not what MLflow writes: /),
      expect.stringMatching(/^What MLmodel says of the input example is not what MLflow writes: /),
    ]);
  });

  test("shows the input example of a really logged model as a scoring body", async () => {
    const samples = aBinding(inject("mlflowUri"), { group: "samples" });
    const detail = await registry.getVersion(samples, "iris-classifier", "1");
    expect(detail.warnings).toEqual([]);
    expect(detail.signature?.inputs).toHaveLength(4);
    expect(detail.inputExample).toMatchObject({
      from: "input example",
      body: { dataframe_split: { columns: detail.signature?.inputs.map(({ name }) => name) } },
    });
  });

  test("of an unknown version is not found, also for numbers that MLflow chokes on", async () => {
    const name = await aModel("unknown");
    for (const version of ["999999", "99999999999999999999", "01", "one"]) {
      await expect(registry.getVersion(binding, name, version)).rejects.toMatchObject({
        code: "model_version_not_found",
      });
    }
  });
});
