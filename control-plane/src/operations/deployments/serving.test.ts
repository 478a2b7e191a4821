import { createdDeploymentSchema, deploymentSchema } from "@slipway/contracts/api/deployment";
import { modelVersionDetailSchema } from "@slipway/contracts/api/model";
import { BATCHING_TAG } from "@slipway/contracts/api/serving";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import { expect, inject, test } from "vitest";
import { z } from "zod";
import { saveFact } from "#store/rollout-store.ts";
import { useApi } from "#testing/api.ts";
import { anObservation } from "#testing/factories.ts";

const { call, database } = await useApi();
const PATH = "/groups/demo/deployments";
const MODEL = { modelUri: "models:/iris-unsigned/1" };
const WINDOW = { days: ["sat"], from: "22:00", to: "06:00", timeZone: "UTC" };

const deploy = async (name: string, values: object) =>
  createdDeploymentSchema.parse(await call("POST", PATH, { body: { ...MODEL, name, ...values } }));
const update = async (name: string, body: object) =>
  deploymentSchema.parse(await call("PATCH", `${PATH}/${name}`, { body }));
const read = async (name: string) => deploymentSchema.parse(await call("GET", `${PATH}/${name}`));

/** Registers the sample anew as a version with these tags; answers its model's name. */
async function tagged(...tags: (string | null)[]): Promise<string> {
  const mlflow = async (path: string, body: object) => {
    const answer = await fetch(`${inject("mlflowUri")}/api/2.0/mlflow/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`MLflow refused ${path}: ${await answer.text()}`);
  };
  const known = await fetch(
    `${inject("mlflowUri")}/api/2.0/mlflow/model-versions/get?name=iris-unsigned&version=1`,
  );
  const { model_version: sample } = z
    .object({ model_version: z.object({ source: z.string(), run_id: z.string().optional() }) })
    .parse(await known.json());
  const name = `tagged ${crypto.randomUUID().slice(0, 8)}`;
  await mlflow("registered-models/create", { name });
  for (const tag of tags) {
    const own = tag === null ? [] : [{ key: BATCHING_TAG, value: tag }];
    const model_id = sample.source.replace("models:/", "");
    await mlflow("model-versions/create", { name, ...sample, model_id, tags: own });
  }
  return name;
}

test("a patch of batching replaces it, with defaults for what it does not say", async () => {
  await deploy("patched", { batching: { mode: "on", requestsMax: 8, delayMsMax: 0 } });
  expect((await update("patched", { batching: { mode: "off" } })).latest.batching).toEqual({
    ...{ mode: "off", requestsMax: 64, delayMsMax: 5 },
  });
  const { latest } = await update("patched", { description: "Nothing of batching" });
  expect(latest.batching.mode).toBe("off");
});

test("a window's time zone is UTC unless it is given, and the windows are replaced as a whole", async () => {
  const { timeZone: _, ...bare } = WINDOW;
  const { latest } = await deploy("windows", { minReplicas: 0, warmWindows: [bare] });
  expect(latest).toMatchObject({ minReplicas: 0, maxReplicas: 1, warmWindows: [WINDOW] });
  expect((await update("windows", { warmWindows: [] })).latest.warmWindows).toEqual([]);
});

test("a rollback brings back how requests were taken", async () => {
  const asked = {
    ...{ minReplicas: 0, idleSeconds: 30, warmWindows: [WINDOW], concurrencyMax: 3, idempotent: true },
    batching: { mode: "off", requestsMax: 2, delayMsMax: 1 },
  };
  await deploy("back", asked);
  await update("back", {
    ...{ minReplicas: 1, idleSeconds: 900, warmWindows: [], concurrencyMax: null, idempotent: false },
    batching: {},
  });
  await call("POST", `${PATH}/back/rollback`, { body: { revision: 1 } });
  expect((await read("back")).latest).toMatchObject({ number: 3, ...asked });
});

test("a version's own tag says what auto means, from the revision on that was made with it", async () => {
  const name = await tagged(null, "on", " OFF ", "perhaps");
  const modes = ["1", "2", "3", "4"].map(async (version) => {
    const { latest } = await deploy(`tagged ${version}`, { modelUri: `models:/${name}/${version}` });
    expect(latest.batching.mode).toBe("auto");
    return latest.batchingInEffect;
  });
  expect(await Promise.all(modes)).toEqual([
    { mode: "auto", from: "spec" },
    { mode: "on", from: "version tag" },
    { mode: "off", from: "version tag" },
    { mode: "auto", from: "spec" },
  ]);
  const asked = await update("tagged-2", { batching: { mode: "off" } });
  expect(asked.latest.batchingInEffect).toEqual({ mode: "off", from: "spec" });
  const other = await update("tagged-2", { modelUri: `models:/${name}/1`, batching: {} });
  expect(other.latest.batchingInEffect).toEqual({ mode: "auto", from: "spec" });
  await call("POST", `${PATH}/tagged-2/rollback`, { body: { revision: 1 } });
  expect((await read("tagged-2")).latest.batchingInEffect).toEqual({ mode: "on", from: "version tag" });

  const warnings = async (version: string) =>
    modelVersionDetailSchema.parse(
      await call("GET", `/groups/demo/models/${encodeURIComponent(name)}/versions/${version}`),
    ).warnings;
  expect(await warnings("2")).toEqual([]);
  expect(await warnings("4")).toEqual([
    expect.stringContaining(`'${BATCHING_TAG}' of this version is 'perhaps'`),
  ]);
});

test("what is wanted and what serves is told also while no replica runs", async () => {
  const { id } = await deploy("sleeper", { minReplicas: 0 });
  expect(await read("sleeper")).toMatchObject({ replicas: 1, availableReplicas: 0, serving: null });
  const batching = { state: "on", reason: "scikit-learn predicts row by row." } as const;
  const observed = (idle: boolean) =>
    saveFact(database, deploymentIdSchema.parse(id), {
      servingRevision: 1,
      observation: anObservation({ idle, batching }),
      observedAt: new Date(),
    });
  await observed(false);
  expect(await read("sleeper")).toMatchObject({ replicas: 1, serving: { batching, idle: false } });
  await observed(true);
  expect(await read("sleeper")).toMatchObject({ replicas: 0, serving: { batching, idle: true } });
});
