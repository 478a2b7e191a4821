/** The main job against MLflow 2 with models of a 2 client, against one behind basic auth, and under a path prefix. */

import { artifactListSchema } from "@slipway/contracts/api/artifact";
import { auditEntrySchema } from "@slipway/contracts/api/audit";
import { mlflowTestSchema } from "@slipway/contracts/api/mlflow-binding";
import { modelVersionDetailSchema, modelVersionListSchema } from "@slipway/contracts/api/model";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { invoke, send } from "#src/api.ts";
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
  await proveFiles(`${versions}/1/artifacts`);
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

/** Edits the version, gives it an alias and takes that away again. */
async function proveEdits(group: string): Promise<void> {
  const { api } = product;
  const model = `/groups/${group}/models/${MODEL_PATH}`;
  const edit = { description: "Edited **here**.", tags: { stage: "tested" } };
  expect(await api.patch(`${model}/versions/1`, edit)).toMatchObject(edit);
  await api.put(`${model}/aliases/champion`, { version: "1", expected: null });
  expect(await api.get(`${model}/versions/1`)).toMatchObject({ ...edit, aliases: ["champion"] });
  await api.delete(`${model}/aliases/champion?expected=1`);
  expect(await api.patch(`${model}/versions/1`, { tags: { stage: null } })).toMatchObject({ tags: {} });
  expect(await api.get(`${model}/versions/1`)).toMatchObject({ aliases: [], tags: {} });
  // Of an API token the audit names its user.
  const entries = await api.items(`/groups/${group}/audit`, auditEntrySchema);
  expect(entries.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    "admin tag.removed",
    "admin alias.removed",
    "admin alias.set",
    "admin tag.set",
    "admin description.changed",
  ]);
}

/** Lists a version's files and reads one; what is missing is told from what failed. */
async function proveFiles(artifacts: string): Promise<void> {
  const { api } = product;
  const { items, unlisted } = artifactListSchema.parse(await api.get(artifacts));
  expect(unlisted).toBeNull();
  expect(items).toContainEqual({ path: "MLmodel", isFolder: false, sizeBytes: expect.any(Number) });
  expect(await api.problemOf("GET", `${artifacts}?path=nothing`)).toMatchObject({ code: "not_found" });
  expect(await api.problemOf("GET", `${artifacts}/content?path=nothing.txt`)).toMatchObject({
    code: "not_found",
    errors: [{ field: "path" }],
  });
}

describe("MLflow 2 with a model of a 2 client", () => {
  let server: OtherMlflow;
  afterAll(() => server?.[Symbol.asyncDispose]());

  test("does the main job", async () => {
    const python = await mlflow2Python();
    server = await startOtherMlflow({ python });
    await logModel(python, server.uri, MODEL);
    await proveMainJob("two", { trackingUri: server.uri });
    await proveEdits("two");
  });

  test("lists versions without a run, with a deleted one, and with metrics that are no numbers", async () => {
    const name = "odd ones";
    const post = async (path: string, body: object) => {
      const answer = await send("POST", `${server.uri}/api/2.0/mlflow/${path}`, { body });
      expect(answer.status, path).toBe(200);
      return madeSchema.parse(answer.json);
    };
    await post("registered-models/create", { name });
    const runs: string[] = [];
    for (const value of [0.5, "NaN", "Infinity", undefined, "-Infinity", 0.9]) {
      const run = (await post("runs/create", { experiment_id: "0", start_time: 1 })).run?.info.run_id ?? "";
      if (value !== undefined)
        await post("runs/log-metric", { run_id: run, key: "score", value, timestamp: 1, step: 0 });
      await post("model-versions/create", { name, source: `mlflow-artifacts:/0/${run}/m`, run_id: run });
      runs.push(run);
    }
    await post("model-versions/create", { name, source: "mlflow-artifacts:/elsewhere" });
    await post("runs/delete", { run_id: runs[5] });
    const path = `/groups/two/models/${encodeURIComponent(name)}/versions`;
    const list = async (query: string) => {
      const answer = await product.api.get(`${path}?columns=metrics.score&${query}`);
      return modelVersionListSchema.parse(answer).items;
    };
    const numbers = async (query: string) => (await list(query)).map(({ version }) => version);
    expect(await numbers("orderBy=metrics.score%20desc")).toEqual(["6", "1", "7", "5", "4", "3", "2"]);
    expect(await numbers("orderBy=metrics.score")).toEqual(["1", "6", "7", "5", "4", "3", "2"]);
    expect(await numbers("orderBy=version&filter=metrics.score%20is%20not%20null")).toEqual([
      "1",
      "3",
      "5",
      "6",
    ]);
    const metrics = (await list("orderBy=version")).map((each) => each.metrics.score);
    expect(metrics).toEqual([0.5, "NaN", "Infinity", undefined, "-Infinity", 0.9, undefined]);
  });
});

const madeSchema = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }).optional() });

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
    await proveEdits("secured");
  });

  test("edits nothing with an account that may only read, and says so", async () => {
    const { api } = product;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    for (const [path, body] of [
      ["users/create", { username: "reader", password: "only for reading" }],
      ["registered-models/create", { name: "not mine" }],
    ] as const) {
      const url = `${server.uri}/api/2.0/mlflow/${path}`;
      expect(await send("POST", url, { body, headers: { authorization } })).toMatchObject({ status: 200 });
    }
    await api.post("/groups", { name: "reading" });
    await api.put("/groups/reading/mlflow", {
      trackingUri: server.uri,
      trackingVariables: [
        { name: "MLFLOW_TRACKING_USERNAME", value: "reader" },
        { name: "MLFLOW_TRACKING_PASSWORD", value: "only for reading" },
      ],
    });
    const model = "/groups/reading/models/not%20mine";
    expect(await api.get(model)).toMatchObject({ name: "not mine" });
    for (const edit of [{ description: "mine" }, { tags: { mine: "yes" } }])
      expect(await api.problemOf("PATCH", model, edit)).toMatchObject({
        code: "mlflow_refused",
        status: 403,
      });
    expect(await api.get(model)).toMatchObject({ description: "", tags: {} });
    expect(await api.get("/groups/reading/audit")).toEqual({ items: [] });
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
