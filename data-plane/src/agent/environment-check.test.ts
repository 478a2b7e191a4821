import { mkdtempSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { EnvironmentCheckRequest } from "@slipway/contracts/environment-check";
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { EnvironmentChecks, type EnvironmentChecksOptions } from "./environment-check.ts";
import { chooseInterpreter, type Interpreter } from "./interpreter-choice.ts";
import { Interpreters } from "./interpreters.ts";
import { ProcessRecords } from "./process-records.ts";
import { createToolRunner, type RunTool } from "./tool.ts";
import { Uv } from "./uv.ts";

const environment = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/" };
let folder: string;
let runTool: RunTool;
let python: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "slp-"));
  runTool = createToolRunner({
    python: inject("python"),
    workerFolder: resolve(import.meta.dirname, "../../../worker"),
    records: new ProcessRecords(join(folder, "processes")),
    stopped: new AbortController().signal,
  });
  const found = await new Interpreters({ runTool, environment, workerUser: null }).list();
  python ??= chooseInterpreter("3.11", found).version;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function checks(
  options: Partial<EnvironmentChecksOptions> & { tools?: Record<string, string> } = {},
): EnvironmentChecks {
  const { tools = {}, ...given } = options;
  return new EnvironmentChecks({
    environments: { knownLock: async () => null, isBuilt: async () => false },
    interpreters: new Interpreters({ runTool, environment, workerUser: null }),
    uv: new Uv({
      uv: inject("uv"),
      cache: inject("uvCache"),
      environment: { ...environment, ...tools },
      runTool,
    }),
    fallbackPython: "3.11",
    scratch: folder,
    ...given,
  });
}

function asked(requirements: string, values: Partial<EnvironmentCheckRequest> = {}): EnvironmentCheckRequest {
  return {
    ...{ requirements, constraints: null, mlflowVersion: null, timeoutMs: 4_000 },
    pythonVersion: python,
    ...values,
  };
}

test("requirements that can be met are told with what would be installed, the MLflow that was added too", async () => {
  const check = await checks().check(
    asked("iniconfig==2.0.0", { mlflowVersion: "3.17.2", timeoutMs: 4_000 }),
  );
  expect(check).toMatchObject({
    python: { wanted: python, found: python },
    built: false,
    resolution: { state: "resolved", packages: { iniconfig: "2.0.0", mlflow: "3.17.2" } },
    leftOut: [],
  });
  expect(await readdir(folder)).not.toContain(expect.stringMatching(/^check-/));
});

test("what does not exist is told in uv's own words", async () => {
  const { resolution } = await checks().check(asked("mlflow-skinny\ndoes-not-exist-xyz==9"));
  expect(resolution).toEqual({
    state: "unsatisfiable",
    message: expect.stringContaining("does-not-exist-xyz"),
  });
});

test("constraints beside the requirements count", async () => {
  const request = asked("mlflow-skinny==3.1.0\niniconfig\n-c constraints.txt", {
    constraints: "iniconfig<2",
  });
  const { resolution, leftOut } = await checks().check(request);
  expect(resolution).toMatchObject({ packages: { iniconfig: expect.stringMatching(/^1\./) } });
  expect(leftOut).toEqual([]);
});

test("what has no wheel is not built to find out", async () => {
  const { resolution } = await checks().check(asked("mlflow-skinny==3.1.0\ndocopt==0.6.2"));
  expect(resolution).toEqual({ state: "source only", message: expect.stringContaining("docopt") });
});

test("an option of the requirements calls no server and reads no file, and is told", async () => {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const index = `--extra-index-url http://127.0.0.1:${port}/simple`;
  const { resolution, leftOut } = await checks().check(
    asked(`mlflow-skinny==3.1.0\n${index}\n-r /etc/passwd\n-e ${folder}\n`),
  );
  server.close();
  expect(leftOut).toEqual([index, "-r /etc/passwd", `-e ${folder}`]);
  expect(resolution.state).toBe("resolved");
  expect(calls).toBe(0);
});

test("a Python that is not here is told with those that are, and still resolved for", async () => {
  const { python: facts, resolution } = await checks().check(
    asked("mlflow-skinny==3.1.0", { pythonVersion: "3.4.0" }),
  );
  expect(facts).toMatchObject({ wanted: "3.4.0", found: null });
  expect(facts.available).toContain(python);
  expect(resolution).toEqual({ state: "unsatisfiable", message: expect.stringContaining("3.4") });
});

test("without a Python version the default one is looked for", async () => {
  const { python: facts } = await checks({ fallbackPython: python }).check(
    asked("mlflow-skinny==3.1.0", { pythonVersion: null }),
  );
  expect(facts).toMatchObject({ wanted: python, found: python });
});

test("on a machine without any Python nothing is tried", async () => {
  const none = { list: async () => [], fresh: async () => [] };
  const { resolution, python: facts } = await checks({ interpreters: none }).check(asked("numpy"));
  expect(facts).toMatchObject({ found: null, available: [] });
  expect(resolution.state).toBe("not tried");
});

test("a package registry that refuses is told apart from requirements that cannot be met", async () => {
  const tools = { UV_DEFAULT_INDEX: "http://127.0.0.1:9/simple", UV_NO_CONFIG: "1" };
  const { resolution } = await checks({ tools }).check(asked("mlflow-skinny==3.1.0"));
  expect(resolution).toEqual({ state: "unreachable", message: expect.stringContaining("127.0.0.1:9") });
});

test("a package registry that does not answer is given up in time, and its uv has ended", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
  const { port } = silent.address() as AddressInfo;
  let ended = 0;
  const counted: RunTool = async (run) => {
    const result = await runTool(run);
    ended += 1;
    return result;
  };
  const uv = new Uv({
    uv: inject("uv"),
    cache: inject("uvCache"),
    environment: { ...environment, UV_DEFAULT_INDEX: `http://127.0.0.1:${port}/simple`, UV_NO_CONFIG: "1" },
    runTool: counted,
  });
  const { resolution, tookMs } = await checks({ uv }).check(
    asked("mlflow-skinny==3.1.0", { timeoutMs: 1_000 }),
  );
  expect(resolution).toEqual({ state: "timed out" });
  expect(tookMs).toBeGreaterThan(900);
  await expect.poll(() => ended, { timeout: 5_000 }).toBe(1);
  silent.closeAllConnections();
  silent.close();
});

const PYTHON: Interpreter = { path: "/usr/bin/python3", version: "3.11.2", reachable: true };
const ONE = { list: async () => [PYTHON], fresh: async () => [PYTHON] };
const DONE = { ok: true, timedOut: false, out: "numpy==2.4.0\n", error: "" };

test("what is built already, or was resolved before, needs no uv", async () => {
  const tryCompile = vi.fn(async () => DONE);
  const built = checks({
    environments: {
      knownLock: async () => "numpy==2.4.0\nscikit_learn==1.9.1 ; x\n",
      isBuilt: async () => true,
    },
    interpreters: ONE,
    uv: { tryCompile },
  });
  expect(await built.check(asked("numpy", { pythonVersion: "3.11" }))).toMatchObject({
    built: true,
    resolution: { packages: { numpy: "2.4.0", "scikit-learn": "1.9.1" } },
  });
  expect(tryCompile).not.toHaveBeenCalled();
  const resolved = checks({ interpreters: ONE, uv: { tryCompile } });
  await resolved.check(asked("numpy", { pythonVersion: "3.11" }));
  await resolved.check(asked("numpy", { pythonVersion: "3.11" }));
  expect(tryCompile).toHaveBeenCalledOnce();
});

test("what could not be resolved is tried anew, and at the same time only once", async () => {
  const tryCompile = vi.fn(async () => ({ ...DONE, ok: false, out: "", error: "error: no such package" }));
  const each = checks({ interpreters: ONE, uv: { tryCompile } });
  const request = asked("numpy", { pythonVersion: "3.11" });
  await Promise.all([each.check(request), each.check(request)]);
  expect(tryCompile).toHaveBeenCalledTimes(1);
  await each.check(request);
  expect(tryCompile).toHaveBeenCalledTimes(2);
});

test("no more than two run at a time, and waiting counts", async () => {
  let running = 0;
  let most = 0;
  const release = Promise.withResolvers<void>();
  const tryCompile = async () => {
    running += 1;
    most = Math.max(most, running);
    await release.promise;
    running -= 1;
    return DONE;
  };
  const each = checks({ interpreters: ONE, uv: { tryCompile } });
  const outcomes = ["a", "b", "c"].map((name) =>
    each.check(asked(name, { pythonVersion: "3.11", timeoutMs: 300 })),
  );
  expect((await outcomes[2])?.resolution).toEqual({ state: "timed out" });
  release.resolve();
  await Promise.all(outcomes);
  expect(most).toBe(2);
});
