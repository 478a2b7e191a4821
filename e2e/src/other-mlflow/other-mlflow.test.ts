/** The main job against MLflow 2 with models of a 2 client, against one behind basic auth, and under a path prefix. */
import { mlflowTestSchema } from "@slipway/contracts/api/mlflow-binding";
import { modelVersionDetailSchema, modelVersionListSchema } from "@slipway/contracts/api/model";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { invoke } from "#src/api.ts";
import { type Product, startProduct } from "#src/product.ts";
import { logModel, mlflow2Python, type OtherMlflow, startOtherMlflow } from "./server.ts";

const MODEL = "iris elsewhere";
const MODEL_PATH = encodeURIComponent(MODEL);
const ROWS = {
  dataframe_split: {
    columns: ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
    data: [
      [5.1, 3.5, 1.4, 0.2],
      [7.7, 3.0, 6.1, 2.3],
    ],
  },
};
let product: Product;

beforeAll(async () => {
  product = await startProduct({ mlflowUri: null });
});
afterAll(() => product[Symbol.asyncDispose]());

/** Binds a new group, reads the version with its parameters and metrics, deploys it and calls it. */
async function proveMainJob(
  group: string,
  binding: { trackingUri: string; trackingVariables?: { name: string; value: string }[] },
): Promise<void> {
  const { api } = product;
  await api.post("/groups", { name: group });
  await api.put(`/groups/${group}/mlflow`, binding);
  expect(mlflowTestSchema.parse(await api.post(`/groups/${group}/mlflow/test`))).toMatchObject({
    reachable: true,
    registeredModels: "1",
  });
  const versions = `/groups/${group}/models/${MODEL_PATH}/versions`;
  const list = modelVersionListSchema.parse(await api.get(`${versions}?columns=params.C,metrics.accuracy`));
  expect(list).toMatchObject({ total: 1, complete: true });
  expect(list.items[0]?.params).toEqual({ C: "0.5" });
  expect(list.items[0]?.metrics.accuracy).toBeGreaterThan(0.9);
  const detail = modelVersionDetailSchema.parse(await api.get(`${versions}/1`));
  expect(detail.warnings).toEqual([]);
  expect(detail.signature?.inputs).toHaveLength(4);
  expect(detail.inputExample?.from).toBe("input example");
  const { id, firstClient } = await api.deploy(group, {
    name: `${group} iris`,
    modelUri: `models:/${MODEL}/1`,
  });
  const { endpoint, status, message } = await api.until(group, id, "Deployed", "Failed");
  expect(status, message).toBe("Deployed");
  const answer = await invoke(endpoint, ROWS, firstClient);
  expect([answer.status, answer.json]).toEqual([200, { predictions: [0, 2] }]);
  await api.delete(`/groups/${group}/deployments/${id}`);
}

describe("MLflow 2 with a model of a 2 client", () => {
  let server: OtherMlflow;
  afterAll(() => server?.[Symbol.asyncDispose]());

  test("does the main job", async () => {
    const python = await mlflow2Python();
    server = await startOtherMlflow({ python });
    await logModel(python, server.uri, MODEL);
    await proveMainJob("two", { trackingUri: server.uri });
  });
});

describe("MLflow behind basic auth", () => {
  const user = "admin";
  const password = "a password for MLflow";
  let server: OtherMlflow;
  beforeAll(async () => {
    server = await startOtherMlflow({
      python: inject("python"),
      words: ["--app-name", "basic-auth"],
      environment: {
        MLFLOW_FLASK_SERVER_SECRET_KEY: "only for this test",
        MLFLOW_AUTH_ADMIN_USERNAME: user,
        MLFLOW_AUTH_ADMIN_PASSWORD: password,
      },
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("does the main job with the binding's credentials", async () => {
    const credentials = { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password };
    await logModel(inject("python"), server.uri, MODEL, credentials);
    await proveMainJob("secured", {
      trackingUri: server.uri,
      trackingVariables: Object.entries(credentials).map(([name, value]) => ({ name, value })),
    });
  });

  test("says that credentials are missing", async () => {
    await product.api.post("/groups", { name: "locked-out" });
    await product.api.put("/groups/locked-out/mlflow", { trackingUri: server.uri });
    expect(await product.api.problemOf("GET", "/groups/locked-out/models")).toMatchObject({
      code: "mlflow_unreachable",
      cause: "unauthorized",
    });
  });
});

describe("MLflow under a path prefix", () => {
  let server: OtherMlflow;
  afterAll(() => server?.[Symbol.asyncDispose]());

  test("does the main job", async () => {
    server = await startOtherMlflow({ python: inject("python"), prefix: "/team/mlflow" });
    await logModel(inject("python"), server.uri, MODEL);
    await proveMainJob("prefixed", { trackingUri: server.uri });
  });
});

describe("kill -9 of MLflow", () => {
  test("leaves what is deployed serving; its pages say so and recover by themselves", async () => {
    const { api } = product;
    await using server = await startOtherMlflow({ python: inject("python") });
    await logModel(inject("python"), server.uri, MODEL);
    await api.post("/groups", { name: "mortal" });
    await api.put("/groups/mortal/mlflow", { trackingUri: server.uri });
    const { id, firstClient } = await api.deploy("mortal", {
      name: "steady",
      modelUri: `models:/${MODEL}/1`,
    });
    const { endpoint } = await api.until("mortal", id, "Deployed", "Failed");
    const versions = `/groups/mortal/models/${MODEL_PATH}/versions?columns=metrics.accuracy&allowStale=true`;
    expect(await api.get(versions)).toMatchObject({ total: 1, problem: null });
    // The server and its own worker processes make one group.
    const { pid } = server.process;
    if (pid === undefined) throw new Error("MLflow is not running");
    process.kill(-pid, "SIGKILL");
    expect(await api.problemOf("GET", "/groups/mortal/models")).toMatchObject({
      code: "mlflow_unreachable",
      cause: "connection_refused",
      uri: server.uri,
    });
    const stale = { problem: { code: "mlflow_unreachable", cause: "connection_refused" } };
    expect(await api.get("/groups/mortal/models?allowStale=true")).toMatchObject({
      ...{ ...stale, items: [{ name: MODEL }] },
    });
    expect(await api.get(versions)).toMatchObject({ ...stale, total: 1, items: [{ version: "1" }] });
    expect((await invoke(endpoint, ROWS, firstClient)).status).toBe(200);
    await expect
      .poll(
        () =>
          api.get("/groups/mortal/models").then(
            () => true,
            () => false,
          ),
        { timeout: 90_000 },
      )
      .toBe(true);
  });
});
