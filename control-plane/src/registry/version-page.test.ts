import { describe, expect, test } from "vitest";
import { loggedModelSource, useRegistry } from "./testing.ts";

const { seed, registry, binding, aModel } = useRegistry();
const experiment = await seed.experiment();

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
    const broken = await registry.getVersion(binding, await aLoggedVersion({ MLmodel: "{: nonsense" }), "1");
    expect(broken.warnings).toEqual([expect.stringContaining("MLmodel")]);
  });

  test("shows the input example of a really logged model as a scoring body", async () => {
    const page = await registry.listVersions(binding, "iris-classifier", { columns: [], pageSize: 1 });
    const version = page.items[0]?.version ?? "";
    const detail = await registry.getVersion(binding, "iris-classifier", version);
    expect(detail.warnings).toEqual([]);
    expect(detail.signature?.inputs).toHaveLength(4);
    expect(detail.inputExample).toMatchObject({
      from: "input example",
      body: { dataframe_split: { columns: detail.signature?.inputs.map(({ name }) => name) } },
    });
  });

  test("of an unknown version is not found, also for numbers that MLflow chokes on", async () => {
    for (const version of ["999999", "99999999999999999999", "one"]) {
      await expect(registry.getVersion(binding, "iris-classifier", version)).rejects.toMatchObject({
        code: "model_version_not_found",
      });
    }
  });
});
