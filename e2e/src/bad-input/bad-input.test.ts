/** Whatever is wrong gets a clear answer, and disturbs nothing else. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invoke, send } from "#src/api.ts";
import { GROUP, type Product, startProduct } from "#src/product.ts";

let product: Product;
let endpoint: string;
const path = `/groups/${GROUP}/deployments`;

beforeAll(async () => {
  product = await startProduct();
  await product.api.deploy(GROUP, {
    name: "steady",
    modelUri: "models:/iris-classifier/1",
    access: "public",
  });
  ({ endpoint } = await product.api.until(GROUP, "steady", "Deployed", "Failed"));
});
afterAll(() => product[Symbol.asyncDispose]());

const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROW = [5.1, 3.5, 1.4, 0.2];
const good = { dataframe_split: { columns: COLUMNS, data: [ROW] } };

describe("a request to deploy", () => {
  const request = { name: "fine", modelUri: "models:/iris-classifier/1" };
  test.each([
    [{ ...request, modelUri: "models:/no-such-model/1" }, 404, "model_not_found"],
    [{ ...request, modelUri: "models:/iris-classifier/99" }, 404, "model_version_not_found"],
    [{ ...request, modelUri: "models:/iris-classifier@nobody" }, 404, "model_version_not_found"],
    [{ ...request, modelUri: "iris-classifier" }, 400, "invalid_model_uri"],
    [{ ...request, id: "steady" }, 409, "deployment_id_taken"],
    [{ ...request, id: "Not Legal" }, 400, "invalid_request"],
    [{ ...request, name: "!" }, 400, "invalid_request"],
    [{ ...request, name: undefined }, 400, "invalid_request"],
    [{ ...request, access: "secret" }, 400, "invalid_request"],
    ["{not json", 400, "invalid_request"],
  ])("%j is refused", async (body, status, code) => {
    const problem = await product.api.problemOf("POST", path, body);
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail.length).toBeGreaterThan(20);
  });

  test("names the field at fault", async () => {
    const problem = await product.api.problemOf("POST", path, { ...request, name: "-" });
    expect(problem.errors?.[0]?.field).toBe("name");
  });
});

describe("a version that cannot run", () => {
  test.each([
    ["broken-load", "load", "the weights of this model are damaged"],
    ["broken-predict", "smoke test", "this model refuses every input"],
    ["broken-requirements", "environment", "iniconfig"],
    ["wrong-python", "environment", "3.4"],
    ["missing-files", "download", ""],
  ])("%s leaves the old one serving and fails in step '%s', saying why", async (model, step, words) => {
    const { api } = product;
    await api.patch(`${path}/steady`, { modelUri: `models:/${model}/1` });
    const seen = await api.untilTrue(
      GROUP,
      "steady",
      ({ status, rollout }) => status === "Deployed" && rollout?.state === "failed",
    );
    expect(seen).toMatchObject({
      reason: "RolloutFailed",
      resolvedVersion: "1",
      modelName: "iris-classifier",
    });
    expect(seen.steps.find(({ state }) => state === "failed")).toMatchObject({ name: step });
    expect(seen.message).toContain(words);
    expect((await invoke(endpoint, good, null)).status).toBe(200);
  });

  test("fails a new deployment with the Python error as its message", async () => {
    await product.api.deploy(GROUP, { name: "hopeless", modelUri: "models:/broken-load/1" });
    const seen = await product.api.until(GROUP, "hopeless", "Failed", "Deployed");
    expect(seen).toMatchObject({ status: "Failed", reason: "LoadFailed" });
    expect(seen.message).toContain("RuntimeError: the weights of this model are damaged");
  });
});

describe("a scoring request", () => {
  test.each([
    ["a body that is not JSON", "{nonsense", /JSON/i],
    ["an unknown key", { rows: [ROW] }, /dataframe_split|inputs|instances/],
    [
      "a missing column",
      { dataframe_split: { columns: COLUMNS.slice(1), data: [ROW.slice(1)] } },
      /sepal length/,
    ],
    [
      "a wrong type",
      { dataframe_split: { columns: COLUMNS, data: [["five", 1, 1, 1]] } },
      /sepal length|five|double|float/,
    ],
    ["an empty body", "", /JSON|body/i],
  ])("with %s is a 400 that says what is wrong, without a stack trace", async (_name, body, words) => {
    const answer = await invoke(endpoint, body, null);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json).toMatchObject({ code: "invalid_input" });
    expect(answer.text).toMatch(words);
    expect(answer.text).not.toMatch(/Traceback|File \\"/);
  });

  test("of 100 MB is refused and harms nobody", async () => {
    const answer = await invoke(endpoint, `"${"x".repeat(100 * 1024 * 1024)}"`, null).catch(() => null);
    // The connection may be cut while the body is still on its way; an answer, where one arrives, is 413.
    if (answer !== null) expect(answer.status).toBe(413);
    expect((await invoke(endpoint, good, null)).status).toBe(200);
  });

  test("with another content type is a 415, to an unknown deployment a 404", async () => {
    expect(
      (await send("POST", endpoint, { body: "x", headers: { "content-type": "image/png" } })).status,
    ).toBe(415);
    expect((await invoke(endpoint.replace("steady", "nobody"), good, null)).status).toBe(404);
  });
});

test("a call without a body may still say that it is JSON", async () => {
  const headers = { authorization: `Bearer ${product.api.token}`, "content-type": "application/json" };
  const answer = await send("POST", `${product.api.base}${path}/steady/start`, { headers });
  expect(answer.status, answer.text).toBe(200);
});

describe("a stranger", () => {
  test.each([
    "/me",
    "/groups",
    `/groups/${GROUP}/models`,
    `${path}/steady`,
    `/groups/${GROUP}/mlflow`,
    "/events",
    "/users",
  ])("gets nothing from %s", async (route) => {
    const answer = await send("GET", `${product.api.base}${route}`);
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ code: "unauthenticated" });
  });

  test("cannot use a signed-in user's cookie from another site", async () => {
    const answer = await send("POST", `${product.api.base}/sessions`, {
      body: { username: "admin", password: "x" },
      headers: { origin: "http://evil.example" },
    });
    expect(answer.status).toBe(403);
  });
});

test("a secret of the binding never comes back", async () => {
  const { api } = product;
  await api.post("/groups", { name: "other" });
  await api.put("/groups/other/mlflow", {
    trackingUri: "http://127.0.0.1:1",
    trackingVariables: [{ name: "MLFLOW_TRACKING_TOKEN", value: "very-secret" }],
  });
  expect(JSON.stringify(await api.get("/groups/other/mlflow"))).not.toContain("very-secret");
  const moved = { trackingUri: "http://127.0.0.1:2", trackingVariables: [{ name: "MLFLOW_TRACKING_TOKEN" }] };
  expect(await api.problemOf("PUT", "/groups/other/mlflow", moved)).toMatchObject({
    code: "invalid_request",
  });
});
