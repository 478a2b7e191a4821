/**
 * The HTTP API in this process, on a database of its own and the shared MLflow: everything of the control plane but the
 * reconciler, so that nothing is started and what is desired stays as the test left it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { groupSchema } from "@slipway/contracts/api/identity";
import { type Problem, problemSchema } from "@slipway/contracts/errors";
import { afterAll, inject } from "vitest";
import { createAuth } from "#access/auth.ts";
import { createApi } from "#api/server.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { createRegistry } from "#registry/registry.ts";
import { createLocalRuntime } from "#runtimes/local/runtime.ts";
import { useDatabase } from "#store/testing/database.ts";
import { createLogger } from "#telemetry/logger.ts";
import { createMetrics } from "#telemetry/metrics.ts";

declare module "vitest" {
  export interface ProvidedContext {
    mlflowUri: string;
  }
}

const ORIGIN = "http://127.0.0.1:8080";

export const METRICS_TOKEN = "metrics-token-of-the-tests";

/** Who calls in tests: an administrator of Slipway, an administrator and a member of the group `demo`, and nobody's friend. */
const PRINCIPALS = {
  admin: aPrincipal("admin", { administrator: true }),
  ada: aPrincipal("ada", { roles: new Map([["demo", "admin"]]) }),
  bob: aPrincipal("bob", { roles: new Map([["demo", "member"]]) }),
  eve: aPrincipal("eve"),
};
type Caller = keyof typeof PRINCIPALS;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface CallOptions {
  as?: Caller;
  body?: unknown;
}

/** The API for one test file, with the group `demo` bound to the shared MLflow. */
export async function useApi() {
  const { database, close } = await useDatabase();
  /** The groups whose aliases were to be looked at. */
  const aliasesMoved: string[] = [];
  const registry = createRegistry({ database });
  const operations: OperationPorts = {
    database,
    registry,
    runtime: createLocalRuntime(join(tmpdir(), randomUUID())),
    sealingKey: randomBytes(32),
    origin: "http://127.0.0.1:8080",
    aliasesMoved: (group) => void aliasesMoved.push(group),
    writeBackProblem: () => null,
    endpointOrigin: "http://127.0.0.1:8081",
    now: () => new Date(),
  };
  const api = await createApi({
    operations,
    auth: createAuth({ database, origin: ORIGIN, secret: randomUUID(), onSignInToken: () => undefined }),
    authenticate: async (headers) => PRINCIPALS[headers.get("x-caller") as Caller],
    subscribe: () => ({ [Symbol.dispose]: () => undefined }),
    ready: async () => true,
    logger: createLogger("silent"),
    metrics: createMetrics(),
    metricsToken: METRICS_TOKEN,
    origin: ORIGIN,
    consoleFolder: undefined,
  });
  afterAll(async () => {
    await api.close();
    await registry.close();
    await close();
  });

  async function answer(method: Method, path: string, { as = "admin", body }: CallOptions = {}) {
    const response = await api.inject({
      method,
      url: `/api/v1${path}`,
      headers: { "x-caller": as, "content-type": "application/json" },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return {
      status: response.statusCode,
      text: response.body,
      bytes: response.rawPayload,
      headers: response.headers,
    };
  }
  /** What `/metrics` answers to a token. */
  async function metrics(authorization?: string) {
    const headers = authorization === undefined ? {} : { authorization };
    const { statusCode, body } = await api.inject({ method: "GET", url: "/metrics", headers });
    return { status: statusCode, lines: body.split("\n") };
  }
  /** The answer of a call that succeeds. */
  async function call(...args: Parameters<typeof answer>): Promise<unknown> {
    const { status, text } = await answer(...args);
    if (status >= 400) throw new Error(`${args[0]} ${args[1]}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  }
  /** The problem that a call is answered with. */
  async function problemOf(...args: Parameters<typeof answer>): Promise<Problem> {
    return problemSchema.parse(JSON.parse((await answer(...args)).text));
  }
  async function usage(group = "demo") {
    return groupSchema.parse(await call("GET", `/groups/${group}`)).usage;
  }
  /** Makes a group that is bound to the shared MLflow. */
  async function aGroup(name: string): Promise<string> {
    await call("POST", "/groups", { body: { name } });
    await call("PUT", `/groups/${name}/mlflow`, { body: { trackingUri: inject("mlflowUri") } });
    return name;
  }
  await aGroup("demo");
  return { database, answer, metrics, call, problemOf, usage, aGroup, aliasesMoved };
}

function aPrincipal(username: string, values: Partial<Principal> = {}): Principal {
  return { userId: username, username, administrator: false, roles: new Map(), ...values };
}
