import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { startMlflow } from "./testing/mlflow.ts";
import { startProxy } from "./testing/proxy.ts";
import { createSeeder, loggedModelSource, runSource, useRegistry } from "./testing/registry.ts";

const { uri, seed, registry, binding, aGroup, aModel } = await useRegistry();
const experiment = await seed.experiment();

/** A run with a model folder of two files. */
async function aRunWithModel(): Promise<string> {
  const run = await seed.run(experiment);
  await seed.put(`${experiment}/${run}/artifacts/model/MLmodel`, "flavors: {}");
  await seed.put(`${experiment}/${run}/artifacts/model/deep/er/notes.txt`, "hello");
  return run;
}

async function paths(name: string, version: string, path = "", at = binding): Promise<string[]> {
  const { items, unlisted } = await registry.artifacts.list(at, { name, version, path });
  expect(unlisted).toBeNull();
  return items.map((item) => item.path);
}

async function text(name: string, version: string, path: string, at = binding): Promise<string> {
  const { body } = await registry.artifacts.open(at, { name, version, path });
  return (await body.toArray()).join("");
}

test("a version is browsed however it was registered: by its run, by where the run's files lie, as a logged model", async () => {
  const name = await aModel("browsed");
  const run = await aRunWithModel();
  const logged = await seed.loggedModel(experiment, run);
  await seed.file(experiment, logged, "MLmodel", "flavors: {}");
  await seed.file(experiment, logged, "deep/er/notes.txt", "hello");
  for (const source of [
    { source: `runs:/${run}/model`, run_id: run },
    runSource(experiment, run),
    loggedModelSource(logged, run),
  ]) {
    const version = await seed.version(name, source);
    expect(await paths(name, version), source.source).toEqual(["deep", "MLmodel"]);
    expect(await paths(name, version, "deep/er")).toEqual(["deep/er/notes.txt"]);
    expect(await text(name, version, "deep/er/notes.txt")).toBe("hello");
    await expect(text(name, version, "nothing")).rejects.toMatchObject({ code: "not_found" });
    await expect(paths(name, version, "nothing")).rejects.toMatchObject({ code: "not_found" });
    await expect(text(name, version, "deep/er")).rejects.toMatchObject({
      code: "invalid_request",
      details: { errors: [{ field: "path" }] },
    });
  }
});

test("of a deleted run, MLflow still has the files", async () => {
  const name = await aModel("deleted");
  const run = await aRunWithModel();
  const version = await seed.version(name, { source: `runs:/${run}/model`, run_id: run });
  await seed.post("runs/delete", { run_id: run });
  expect(await paths(name, version)).toEqual(["deep", "MLmodel"]);
  expect(await text(name, version, "MLmodel")).toBe("flavors: {}");
});

test("what MLflow cannot list is told with what to do, beside the files that it always writes", async () => {
  const name = await aModel("elsewhere");
  const run = await aRunWithModel();
  const elsewhere = await seed.version(name, { source: "s3://nobodys-bucket/model" });
  expect(await registry.artifacts.list(binding, { name, version: elsewhere, path: "" })).toEqual({
    items: [],
    unlisted: { reason: "outside_mlflow", detail: expect.stringContaining("s3://nobodys-bucket/model") },
  });
  // What the proxy route is hidden for can still be read file by file.
  await using hiding = await startProxy(uri, { hidden: /\/artifacts(?:\/list)?$/ });
  const hidden = await aGroup("hidden", hiding.url);
  const version = await seed.version(name, runSource(experiment, run));
  expect(await registry.artifacts.list(hidden, { name, version, path: "" })).toEqual({
    items: [{ path: "MLmodel", isFolder: false, sizeBytes: null }],
    unlisted: { reason: "store_failed", detail: expect.stringContaining("could not list") },
  });
  expect(await text(name, version, "deep/er/notes.txt", hidden)).toBe("hello");
});

test("an MLflow that proxies no artifacts is browsed through its runs and logged models", async () => {
  const store = await mkdtemp(join(tmpdir(), "slipway-store-"));
  const plain = await startMlflow(inject("python"), [
    "--no-serve-artifacts",
    "--default-artifact-root",
    store,
  ]);
  try {
    const at = await aGroup("plain", plain.uri);
    const other = createSeeder(plain.uri);
    const inside = await other.experiment();
    const run = await other.run(inside);
    const logged = await other.loggedModel(inside, run);
    const ofRun = join(store, inside, run, "artifacts", "model");
    const ofModel = join(store, inside, "models", logged, "artifacts");
    for (const folder of [ofRun, ofModel]) {
      await mkdir(join(folder, "data"), { recursive: true });
      await writeFile(join(folder, "data", "weights.bin"), "123");
    }
    await other.model("plain");
    for (const source of [{ source: ofRun, run_id: run }, loggedModelSource(logged, run)]) {
      const version = await other.version("plain", source);
      expect(await paths("plain", version, "", at), source.source).toEqual(["data"]);
      expect(await paths("plain", version, "data", at)).toEqual(["data/weights.bin"]);
      expect(await text("plain", version, "data/weights.bin", at)).toBe("123");
    }
  } finally {
    await plain.stop();
    await rm(store, { recursive: true, force: true });
  }
});
