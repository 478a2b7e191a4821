/** The main job over the API: from a registered version to a live endpoint, for every sample model, and back. */
import { modelVersionListSchema, registeredModelListSchema } from "@slipway/contracts/api/model";
import { STEP_NAMES } from "@slipway/contracts/step";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { invoke, send } from "#src/api.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product[Symbol.asyncDispose]());

interface Asked {
  modelUri: string;
  body: unknown;
  answer: unknown;
}
const asked: Asked[] = [];

/** What MLflow itself predicts for scoring bodies, in one process. */
async function mlflowPredicts(requests: Asked[]): Promise<unknown> {
  const script = new URL("./predict.py", import.meta.url).pathname;
  const { stdout } = await execa(inject("python"), [script], {
    input: JSON.stringify(requests),
    env: { MLFLOW_TRACKING_URI: inject("mlflowUri") },
  });
  return JSON.parse(stdout);
}

async function deployedBy(version: string): Promise<string[]> {
  const list = modelVersionListSchema.parse(
    await product.api.get(`/groups/${GROUP}/models/iris-classifier/versions`),
  );
  return list.items.find((item) => item.version === version)?.deployedBy.map(({ id }) => id) ?? [];
}

const IRIS_ROWS = {
  dataframe_split: {
    columns: ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
    data: [
      [5.1, 3.5, 1.4, 0.2],
      [6.2, 2.9, 4.3, 1.3],
      [7.7, 3.0, 6.1, 2.3],
    ],
  },
};
const SAMPLES = [
  { name: "iris-classifier", version: "1", body: IRIS_ROWS },
  { name: "iris-unsigned", version: "1", body: { inputs: IRIS_ROWS.dataframe_split.data } },
  { name: "iris-unsigned", version: "1", body: null },
  { name: "diabetes-regressor", version: "1", body: null },
  { name: "diabetes-regressor", version: "2", body: null },
  { name: "digits-classifier", version: "1", body: null },
  {
    name: "news-classifier",
    version: "1",
    body: { dataframe_records: [{ text: "The striker scored" }, { text: "Shares fell" }] },
  },
];

test("the registry's models are listed with their newest version", async () => {
  const { items } = registeredModelListSchema.parse(await product.api.get(`/groups/${GROUP}/models`));
  expect(items.find(({ name }) => name === "iris-classifier")).toMatchObject({ latestVersion: "3" });
});

describe.each(SAMPLES)("$name version $version", ({ name, version, body }) => {
  test("is deployed with all its steps shown and answers with a prediction", async () => {
    const modelUri = `models:/${name}/${version}`;
    const created = await product.api.deploy(GROUP, { name: `${name} ${version}`, modelUri });
    expect(created).toMatchObject({ status: "Deploying", modelUri });
    const deployment = await product.api.until(GROUP, created.id, "Deployed", "Failed");
    expect(deployment).toMatchObject({
      status: "Deployed",
      modelUri,
      resolvedVersion: version,
      availableReplicas: 1,
    });
    expect(deployment.steps.map((step) => [step.name, step.state])).toEqual(
      STEP_NAMES.map((step) => [step, "done"]),
    );
    const rows = body ?? deployment.example?.body;
    const answer = await invoke(deployment.endpoint, rows, created.firstClient);
    expect(answer.status, answer.text).toBe(200);
    asked.push({ modelUri, body: rows, answer: answer.json });
    await product.api.delete(`/groups/${GROUP}/deployments/${created.id}`);
  });
});

test("every answer is exactly what MLflow predicts", async () => {
  expect(asked).toHaveLength(SAMPLES.length);
  expect(asked.map(({ answer }) => answer)).toEqual(await mlflowPredicts(asked));
});

describe("a deployment", () => {
  test("is private, follows updates, is stopped, started, rolled back and deleted; Deployed By follows it", async () => {
    const { api } = product;
    const created = await api.deploy(GROUP, {
      name: "Iris prod",
      modelUri: "models:/iris-classifier@champion",
    });
    const { id, firstClient } = created;
    expect(created).toMatchObject({
      id: "iris-prod",
      modelUri: "models:/iris-classifier/2",
      access: "private",
    });
    const path = `/groups/${GROUP}/deployments/${id}`;
    const { endpoint } = await api.until(GROUP, id, "Deployed");
    expect(await deployedBy("2")).toEqual([id]);

    expect((await invoke(endpoint, IRIS_ROWS, null)).status).toBe(401);
    expect((await invoke(endpoint, IRIS_ROWS, { name: "admin", token: "wrong" })).status).toBe(401);
    expect((await invoke(endpoint, IRIS_ROWS, firstClient)).status).toBe(200);
    expect(
      (
        await send("POST", `${api.base}${path}/predict`, {
          body: IRIS_ROWS,
          headers: { authorization: `Bearer ${api.token}` },
        })
      ).status,
    ).toBe(200);

    await api.patch(path, { modelUri: "models:/iris-classifier/3", updateMessage: "newer" });
    const updated = await api.untilTrue(
      GROUP,
      id,
      (seen) => seen.resolvedVersion === "3" && seen.status === "Deployed",
    );
    expect(updated).toMatchObject({
      latestRevision: 2,
      servingRevision: 2,
      modelUri: "models:/iris-classifier/3",
    });
    expect([await deployedBy("2"), await deployedBy("3")]).toEqual([[], [id]]);

    await api.post(`${path}/stop`);
    await api.until(GROUP, id, "Stopped");
    expect((await invoke(endpoint, IRIS_ROWS, firstClient)).status).toBe(503);
    await api.post(`${path}/start`);
    await api.until(GROUP, id, "Deployed");
    expect((await invoke(endpoint, IRIS_ROWS, firstClient)).status).toBe(200);

    await api.post(`${path}/rollback`, { revision: 1 });
    const back = await api.untilTrue(
      GROUP,
      id,
      (seen) => seen.servingRevision === 3 && seen.status === "Deployed",
    );
    expect(back.resolvedVersion).toBe("2");

    await api.delete(path);
    expect(await api.problemOf("GET", path)).toMatchObject({ status: 404, code: "deployment_not_found" });
    expect(await deployedBy("2")).toEqual([]);
    await expect
      .poll(() => invoke(endpoint, IRIS_ROWS, firstClient).then(({ status }) => status), { timeout: 60_000 })
      .toBe(404);
  });

  test("loses no request while it is updated", async () => {
    const { api } = product;
    const { id } = await api.deploy(GROUP, {
      name: "busy",
      modelUri: "models:/iris-classifier/1",
      access: "public",
    });
    const { endpoint } = await api.until(GROUP, id, "Deployed");
    const failures: string[] = [];
    let sent = 0;
    let calling = true;
    const callers = Array.from({ length: 4 }, async () => {
      while (calling) {
        sent += 1;
        const answer = await invoke(endpoint, IRIS_ROWS, null).catch((error: Error) => ({
          status: 0,
          text: error.message,
        }));
        if (answer.status !== 200) failures.push(`${answer.status} ${answer.text}`);
      }
    });
    for (const version of ["2", "3"]) {
      await api.patch(`/groups/${GROUP}/deployments/${id}`, {
        modelUri: `models:/iris-classifier/${version}`,
      });
      await api.untilTrue(
        GROUP,
        id,
        (seen) => seen.resolvedVersion === version && seen.status === "Deployed",
      );
    }
    calling = false;
    await Promise.all(callers);
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(100);
    await api.delete(`/groups/${GROUP}/deployments/${id}`);
  });
});
