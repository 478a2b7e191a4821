/** The real data plane as a process, with a real MLflow, real environments and real workers. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { getPriority } from "node:os";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { injectedTools, RunningPlane, TOKEN } from "./running-plane.test-kit.ts";
import { injectedBuilds } from "./shared-builds.test-kit.ts";

const IRIS = { model: "iris-classifier", version: "2" };
const INVOCATIONS = "/deployment/iris/invocations";
const COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
const ROWS = [
  [5.1, 3.5, 1.4, 0.2],
  [6.7, 3.1, 4.7, 1.5],
  [6.3, 3.3, 6.0, 2.5],
];
const BODY = JSON.stringify({ dataframe_split: { columns: COLUMNS, data: ROWS } });
const PREDICT = `
import json, sys, mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
rows = pandas.DataFrame(json.loads(sys.argv[4]), columns=json.loads(sys.argv[3]))
print(json.dumps(mlflow.pyfunc.load_model(sys.argv[2]).predict(rows).tolist()))
`;

let plane: RunningPlane;

beforeAll(async () => {
  plane = new RunningPlane(injectedTools(injectedBuilds("own")));
  await plane.start();
  await plane.assign({ id: "iris", revisions: [{ number: 1, weight: 100, ...IRIS }] });
  await plane.until("iris", 1, ({ state }) => state !== "preparing");
});
afterAll(() => plane[Symbol.asyncDispose]());

const answersNow = async () => (await plane.call(INVOCATIONS, { body: BODY })).status === 200;

describe("a deployed version", () => {
  test("went through its steps, and its worker is bound", async () => {
    const revision = await plane.until("iris", 1, ({ state }) => state === "ready");
    expect(revision).toMatchObject({ live: true, reason: null, inFlight: 0 });
    expect(revision.steps.map(({ name, state }) => [name, state])).toEqual([
      ["download", "done"],
      ["environment", "done"],
      ["load", "done"],
      ["smoke test", "done"],
    ]);
    expect(revision.steps.every(({ output }) => output.length <= 50)).toBe(true);
    const [worker] = plane.workers();
    // It stood back while it loaded, and does so no more.
    expect(getPriority(worker)).toBe(getPriority());
    const environment = readFileSync(`/proc/${worker}/environ`, "utf8").split("\0");
    expect(environment).toContain("GREETING=hello");
    expect(environment).toContain("OMP_NUM_THREADS=1");
    expect(environment.filter((line) => /SLIPWAY|MLFLOW|DATABASE|SECRET|TOKEN/.test(line))).toEqual([]);
  });

  test("answers what pyfunc answers, plainly and inflated, to Basic and Bearer, and to the playground", async () => {
    const uri = `models:/${IRIS.model}/${IRIS.version}`;
    const words = ["-c", PREDICT, inject("mlflowUri"), uri, JSON.stringify(COLUMNS), JSON.stringify(ROWS)];
    const expected = JSON.parse(
      execFileSync(inject("python"), words, { encoding: "utf8" }).trim().split("\n").at(-1) ?? "",
    );
    const basic = `Basic ${Buffer.from(`ada:${TOKEN}`).toString("base64")}`;
    for (const options of [
      { body: BODY },
      { body: BODY, headers: { authorization: basic } },
      { body: gzipSync(BODY), headers: { "content-encoding": "gzip" } },
    ]) {
      const { status, text } = await plane.call(INVOCATIONS, options);
      expect([status, JSON.parse(text)]).toEqual([200, { predictions: expected }]);
    }
    const tried = await plane.private("POST", "/deployments/iris/invocations", BODY);
    expect(JSON.parse(tried.body)).toEqual({ predictions: expected });
  });

  test("answers ping and version, and carries the caller's request id", async () => {
    expect((await plane.call("/deployment/iris/ping")).status).toBe(200);
    expect((await plane.call("/deployment/iris/version")).text).toMatch(/^\d+\.\d+\.\d+/);
    const { headers } = await plane.call(INVOCATIONS, { body: BODY, headers: { "x-request-id": "mine-1" } });
    expect(headers).toMatchObject({ "x-request-id": "mine-1", "x-content-type-options": "nosniff" });
  });

  test.each([
    ["no credentials", { anonymous: true }],
    ["a wrong token", { headers: { authorization: "Bearer slp_client_wrong" } }],
  ])("with %s is 401 with one and the same text", async (_, options) => {
    const { status, headers, text } = await plane.call(INVOCATIONS, { body: BODY, ...options });
    expect([status, JSON.parse(text).code]).toEqual([401, "unauthenticated"]);
    expect(headers["www-authenticate"]).toContain("Basic");
    expect(JSON.parse(text).detail).not.toMatch(/wrong|unknown/);
  });

  test.each([
    ["broken JSON", "{", 400, "invalid_input", "not valid JSON"],
    [
      "a missing column",
      '{"dataframe_split":{"columns":["a"],"data":[[1]]}}',
      400,
      "invalid_input",
      "petal width",
    ],
    [
      "a wrong type",
      BODY.replace("5.1", '"wide"'),
      400,
      "invalid_input",
      "'sepal length (cm)' must be float64",
    ],
  ])("with %s says what is wrong", async (_, body, status, code, detail) => {
    const { status: given, text } = await plane.call(INVOCATIONS, { body });
    const problem = JSON.parse(text);
    expect([given, problem.code]).toEqual([status, code]);
    expect(problem.detail).toContain(detail);
    expect(text).not.toContain("Traceback");
  });

  test("does not take other content types, unknown paths, unknown deployments", async () => {
    const typed = await plane.call(INVOCATIONS, { body: "x", headers: { "content-type": "text/plain" } });
    expect(typed.status).toBe(415);
    expect((await plane.call(INVOCATIONS)).status).toBe(404);
    expect(JSON.parse((await plane.call("/deployment/none/ping")).text).code).toBe("deployment_not_found");
  });

  test("refuses a large body from its announced length, before it is sent", async () => {
    const socket = createConnection(plane.port, "127.0.0.1");
    socket.write(
      `POST ${INVOCATIONS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 104857600\r\n\r\n`,
    );
    const [first] = (await new Promise<Buffer>((resolve) => socket.once("data", resolve)))
      .toString()
      .split("\r\n");
    socket.destroy();
    expect(first).toBe("HTTP/1.1 413 Payload Too Large");
  });

  test("refuses a bomb: a small body that inflates to a large one", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 ** 2));
    const { status } = await plane.call(INVOCATIONS, { body: bomb, headers: { "content-encoding": "gzip" } });
    expect(status).toBe(413);
  });

  test("shows its log", async () => {
    expect((await plane.private("GET", "/deployments/iris/replicas/r1-0/logs?tail=10")).statusCode).toBe(200);
    const none = await plane.private("GET", "/deployments/iris/replicas/r9-9/logs");
    expect([none.statusCode, JSON.parse(none.body).code]).toEqual([404, "replica_not_found"]);
  });
});

const FAULTS = [
  {
    number: 2,
    model: "broken-load",
    reason: "LoadFailed",
    step: "load",
    says: /RuntimeError: the weights of this model are damaged/,
  },
  {
    number: 3,
    model: "broken-predict",
    reason: "SmokeTestFailed",
    step: "smoke test",
    says: /ValueError: this model refuses every input/,
  },
  {
    number: 4,
    model: "broken-requirements",
    reason: "EnvironmentFailed",
    step: "environment",
    says: /iniconfig==999/,
  },
  {
    number: 5,
    model: "wrong-python",
    reason: "PythonVersionMissing",
    step: "environment",
    says: /wants Python 3\.4.*found: 3/,
  },
  {
    number: 6,
    model: "missing-files",
    reason: "DownloadFailed",
    step: "download",
    says: /missing-files version 1/,
  },
  { number: 7, model: "no such?model#", reason: "DownloadFailed", step: "download", says: /not found/i },
];
const faulty = FAULTS.map(({ number, model }) => ({ number, model, weight: 0, version: "1" }));

test("versions that fail say why, leave no process, and the old version serves on", async () => {
  await plane.assign({ id: "iris", revisions: [{ number: 1, weight: 100, ...IRIS }, ...faulty] });
  for (const { number, reason, step, says } of FAULTS) {
    const failed = await plane.until("iris", number, ({ state }) => state === "failed");
    expect(failed).toMatchObject({ reason, live: false });
    expect(failed.message).toMatch(says);
    expect(failed.message).not.toContain("Traceback");
    expect(failed.steps.find(({ state }) => state === "failed")?.name).toBe(step);
    expect(await answersNow()).toBe(true);
  }
  await RunningPlane.eventually(() => plane.workers().length === 1);
});

test("a worker that is killed is replaced", async () => {
  const [worker = 0] = plane.workers();
  process.kill(worker, "SIGKILL");
  const back = await plane.until(
    "iris",
    1,
    ({ replicas }) => replicas[0]?.restarts === 1 && replicas[0].state === "ready",
  );
  expect(back.state).toBe("ready");
  expect(await answersNow()).toBe(true);
});

test("a new version takes over without a failed request, and the old one's process ends", async () => {
  const [before] = plane.workers();
  const next = { number: 8, model: IRIS.model, version: "3" };
  await plane.assign({
    id: "iris",
    revisions: [
      { number: 1, weight: 100, ...IRIS },
      { ...next, weight: 0 },
    ],
  });
  const started = await plane.until("iris", 8, ({ state }) => state === "ready");
  expect(started.live).toBe(false);
  const statuses: number[] = [];
  let calling = true;
  const callers = Array.from({ length: 4 }, async () => {
    while (calling) statuses.push((await plane.call(INVOCATIONS, { body: BODY })).status);
  });
  await RunningPlane.eventually(() => statuses.length > 20);
  await plane.assign({ id: "iris", revisions: [{ ...next, weight: 100 }] });
  await RunningPlane.eventually(() => !plane.workers().includes(before ?? 0));
  calling = false;
  await Promise.all(callers);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await plane.until("iris", 8, ({ live }) => live)).replicas).toHaveLength(1);
});

test("kill -9 of the data plane leaves no worker, and its next start serves from its own disk", async () => {
  const revisions = [{ number: 8, weight: 100, model: IRIS.model, version: "3" }, ...faulty.slice(0, 1)];
  await plane.assign({ id: "iris", revisions });
  await plane.until("iris", 2, ({ state }) => state === "failed");
  await plane.end("SIGKILL");
  await RunningPlane.eventually(() => plane.workers().length === 0);
  // Whatever it would want from MLflow or from a package index is out of reach.
  const nowhere = "http://127.0.0.1:9";
  await plane.start({
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    http_proxy: nowhere,
    https_proxy: nowhere,
    NO_PROXY: "",
  });
  expect((await plane.call("/readyz")).status).toBe(200);
  await RunningPlane.eventually(answersNow);
  expect(plane.workers()).toHaveLength(1);
  // What had failed has not been tried again.
  expect(await plane.until("iris", 2, () => true)).toMatchObject({ state: "failed", reason: "LoadFailed" });
});

test("what is stopped answers 503, what is removed 404, and nothing runs on", async () => {
  await plane.assign({ id: "iris", revisions: [] });
  const stopped = await plane.call(INVOCATIONS, { body: BODY });
  expect([stopped.status, JSON.parse(stopped.text).code]).toEqual([503, "replica_unavailable"]);
  expect(stopped.headers["retry-after"]).toBeDefined();
  // It counts as running until its last process has ended, and not longer.
  await RunningPlane.eventually(async () => (await plane.revisions("iris")).length === 0);
  expect(plane.workers()).toEqual([]);
  await plane.assign();
  expect((await plane.call(INVOCATIONS, { body: BODY })).status).toBe(404);
  await RunningPlane.eventually(() => plane.workers().length === 0);
});

test("SIGTERM ends it in order, with its workers", async () => {
  await plane.assign({ id: "iris", revisions: [{ number: 1, weight: 100, ...IRIS }] });
  await RunningPlane.eventually(answersNow);
  expect(await plane.end("SIGTERM")).toBe(0);
  expect(plane.workers()).toEqual([]);
});
