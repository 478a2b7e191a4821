import { AppError } from "@slipway/contracts/errors";
import { expect, test } from "vitest";
import type { VersionFacts } from "#domain/version-facts.ts";
import { createConnections, DEFAULT_TIMEOUTS } from "./connections.ts";
import { createMlflowClient, type MlflowClient } from "./mlflow-client.ts";
import { createMlflowReads } from "./mlflow-reads.ts";
import { loggedModelSource, runSource, useRegistry } from "./testing/registry.ts";
import { listVersionFiles } from "./version-listing.ts";

const { uri, seed, registry, binding, aModel } = await useRegistry();
const BUDGET_MS = 30_000;
const MLMODEL = `
flavors:
  python_function: { loader_module: mlflow.sklearn, model_path: data/model.skops, python_version: 3.9.1 }
  sklearn: { pickled_model: data/model.skops, serialization_format: skops, code: null }
mlflow_version: 3.17.2
model_size_bytes: 1234
signature: { inputs: '[]', outputs: '[]', params: null }
saved_input_example_info: { artifact_path: input_example.json, type: dataframe }
`;

/** A version of a logged model with these files. */
async function aVersion(files: Record<string, string>): Promise<{ name: string; version: string }> {
  const name = await aModel();
  const experiment = await seed.experiment();
  const run = await seed.run(experiment);
  const id = await seed.loggedModel(experiment, run);
  for (const [path, content] of Object.entries(files)) await seed.file(experiment, id, path, content);
  return { name, version: await seed.version(name, loggedModelSource(id, run)) };
}

const factsOf = (wanted: { name: string; version: string }): Promise<VersionFacts> =>
  registry.versionFacts(binding, wanted, BUDGET_MS);
const pathsOf = ({ listing }: Pick<VersionFacts, "listing">) => listing?.files.map(({ path }) => path).sort();

test("a version's files are read and listed with all that lies in folders", async () => {
  const facts = await factsOf(
    await aVersion({
      MLmodel: MLMODEL,
      "requirements.txt": "scikit-learn==1.9.1\n-c constraints.txt\n",
      "constraints.txt": "numpy<3\n",
      "python_env.yaml": "python: 3.10\n",
      "data/model.skops": "12345",
      "data/deep/er.txt": "x",
    }),
  );
  expect(facts).toMatchObject({
    status: "READY",
    mlmodel: {
      state: "read",
      content: {
        flavors: { sklearn: { serialization_format: "skops" } },
        ...{ mlflowVersion: "3.17.2", sizeBytes: 1234 },
        ...{ hasSignature: true, examplePath: "input_example.json" },
      },
    },
    requirements: { state: "read", content: { from: "requirements.txt" } },
    constraints: "numpy<3\n",
    // Not 3.1, as YAML would have it, and not what the flavour says.
    pythonVersion: "3.10",
    listing: { complete: true },
  });
  expect(pathsOf(facts)).toEqual([
    ...["MLmodel", "constraints.txt", "data/deep/er.txt", "data/model.skops"],
    ...["python_env.yaml", "requirements.txt"],
  ]);
  expect(facts.listing?.files).toContainEqual({ path: "data/model.skops", bytes: 5 });
});

test("without requirements.txt and python_env.yaml, conda.yaml tells", async () => {
  const conda = "dependencies:\n- python=3.10\n- pip<=24\n- pip:\n  - mlflow==2.9.2\n  - numpy\n";
  const facts = await factsOf(await aVersion({ MLmodel: MLMODEL, "conda.yaml": conda }));
  expect(facts.pythonVersion).toBe("3.10");
  expect(facts.requirements).toEqual({
    state: "read",
    content: { from: "conda.yaml", text: "mlflow==2.9.2\nnumpy" },
  });
});

test("of all that is missing only MLmodel's own Python is left", async () => {
  const facts = await factsOf(await aVersion({ MLmodel: MLMODEL }));
  expect(facts).toMatchObject({
    pythonVersion: "3.9.1",
    requirements: { state: "missing" },
    constraints: null,
  });
});

test("files that are gone are missing, damaged ones are not", async () => {
  const gone = await factsOf(await aVersion({}));
  expect(gone).toMatchObject({ mlmodel: { state: "missing" }, listing: { files: [], complete: true } });
  const damaged = await factsOf(await aVersion({ MLmodel: "flavors: [" }));
  expect(damaged.mlmodel).toMatchObject({
    state: "unreadable",
    why: expect.stringContaining("MLmodel is not"),
  });
});

test("a version of a run that is deleted is read and listed like any other", async () => {
  const name = await aModel();
  const experiment = await seed.experiment();
  const run = await seed.run(experiment);
  const folder = `${uri}/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/model`;
  await fetch(`${folder}/MLmodel`, { method: "PUT", body: MLMODEL });
  const version = await seed.version(name, runSource(experiment, run));
  await seed.post("runs/delete", { run_id: run });
  const facts = await factsOf({ name, version });
  expect(facts.mlmodel.state).toBe("read");
  expect(pathsOf(facts)).toEqual(["MLmodel"]);
});

test("files in a store that MLflow does not reach are not called missing", async () => {
  const name = await aModel();
  const version = await seed.version(name, { source: "s3://no-such-bucket/model" });
  const facts = await factsOf({ name, version });
  expect(facts).toMatchObject({ mlmodel: { state: "unreadable" }, listing: null });
});

test("where the artifact proxy is off, what made the version lists its files", async () => {
  const { name, version } = await aVersion({ MLmodel: MLMODEL, "data/model.skops": "1" });
  const connections = createConnections(DEFAULT_TIMEOUTS);
  const real = createMlflowClient(binding, connections);
  const unproxied: MlflowClient = {
    ...real,
    get: (schema, path, query) =>
      path.startsWith("/api/2.0/mlflow-artifacts/")
        ? Promise.reject(new AppError("not_found", "Endpoint disabled."))
        : real.get(schema, path, query),
  };
  const signal = AbortSignal.timeout(BUDGET_MS);
  const ofModel = await createMlflowReads(real, null).version(name, version);
  expect(
    pathsOf({ listing: await listVersionFiles(createMlflowReads(unproxied, null), ofModel, signal) }),
  ).toEqual(["MLmodel", "data/model.skops"]);
  const experiment = await seed.experiment();
  const other = await seed.run(experiment);
  for (const path of ["MLmodel", "data/x"]) {
    const folder = `${uri}/api/2.0/mlflow-artifacts/artifacts/${experiment}/${other}/artifacts/model`;
    await fetch(`${folder}/${path}`, { method: "PUT", body: "x" });
  }
  const second = await seed.version(name, runSource(experiment, other));
  const ofRun = await createMlflowReads(real, null).version(name, second);
  expect(
    pathsOf({ listing: await listVersionFiles(createMlflowReads(unproxied, null), ofRun, signal) }),
  ).toEqual(["MLmodel", "data/x"]);
  await connections.close();
});

test("an MLflow that does not answer in time is told as such", async () => {
  const wanted = await aVersion({ MLmodel: MLMODEL });
  await expect(registry.versionFacts(binding, wanted, 1)).rejects.toMatchObject({
    code: "mlflow_unreachable",
    details: { cause: "timed_out" },
  });
});
