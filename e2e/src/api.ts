/** The HTTP API as a program uses it: with a bearer token, answers parsed by the schemas of the contract. */
import {
  type CreatedDeployment,
  createdDeploymentSchema,
  type Deployment,
  type DeploymentRequestInput,
  type DeploymentStatus,
  deploymentSchema,
} from "@slipway/contracts/api/deployment";
import { createdApiTokenSchema } from "@slipway/contracts/api/identity";
import { type Problem, problemSchema } from "@slipway/contracts/errors";
import { request } from "undici";
import { z } from "zod";

const POLL_MS = 250;

export interface Answer {
  status: number;
  text: string;
  json: unknown;
  headers: Record<string, string | string[] | undefined>;
}

/** One HTTP request; bodies that are not text are sent as JSON. */
export async function send(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const body =
    options.body === undefined || typeof options.body === "string"
      ? options.body
      : JSON.stringify(options.body);
  const response = await request(url, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...options.headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.body.text();
  return { status: response.statusCode, text, json: parseJson(text), headers: response.headers };
}

/** A problem that the API answered where a success was expected. */
class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

export class Api {
  readonly base: string;
  readonly token: string;

  private constructor(base: string, token: string) {
    this.base = base;
    this.token = token;
  }

  /** Signs in with a password and makes an API token. */
  static async signIn(origin: string, username: string, password: string): Promise<Api> {
    const base = `${origin}/api/v1`;
    const session = await send("POST", `${base}/sessions`, { body: { username, password } });
    const cookie = [session.headers["set-cookie"]]
      .flat()
      .map((value) => value?.split(";")[0])
      .join("; ");
    const created = await send("POST", `${base}/me/tokens`, { body: { name: "tests" }, headers: { cookie } });
    return new Api(base, createdApiTokenSchema.parse(created.json).token);
  }

  async call(method: Parameters<typeof send>[0], path: string, body?: unknown): Promise<unknown> {
    const answer = await send(method, `${this.base}${path}`, {
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (answer.status >= 400) throw new ApiProblem(problemSchema.parse(answer.json));
    return answer.json;
  }

  get(path: string): Promise<unknown> {
    return this.call("GET", path);
  }
  post(path: string, body?: unknown): Promise<unknown> {
    return this.call("POST", path, body);
  }
  put(path: string, body: unknown): Promise<unknown> {
    return this.call("PUT", path, body);
  }
  patch(path: string, body: unknown): Promise<unknown> {
    return this.call("PATCH", path, body);
  }
  delete(path: string): Promise<unknown> {
    return this.call("DELETE", path);
  }

  /** The problem that a call is answered with. @throws Error when it succeeds. */
  async problemOf(...args: Parameters<Api["call"]>): Promise<Problem> {
    try {
      await this.call(...args);
    } catch (error) {
      if (error instanceof ApiProblem) return error.problem;
      throw error;
    }
    throw new Error(`${args[0]} ${args[1]} succeeded`);
  }

  async deploy(group: string, body: DeploymentRequestInput): Promise<CreatedDeployment> {
    return createdDeploymentSchema.parse(await this.post(`/groups/${group}/deployments`, body));
  }

  async deployment(group: string, id: string): Promise<Deployment> {
    return deploymentSchema.parse(await this.get(`/groups/${group}/deployments/${id}`));
  }

  /** Waits until a deployment has one of the statuses; the test's own time limit bounds the wait. */
  async until(group: string, id: string, ...statuses: DeploymentStatus[]): Promise<Deployment> {
    return this.untilTrue(group, id, ({ status }) => statuses.includes(status));
  }

  async untilTrue(
    group: string,
    id: string,
    holds: (deployment: Deployment) => boolean,
  ): Promise<Deployment> {
    for (;;) {
      const deployment = await this.deployment(group, id);
      if (holds(deployment)) return deployment;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Items of a list answer. */
  async items<Item extends z.ZodType>(path: string, item: Item): Promise<z.infer<Item>[]> {
    return z.object({ items: z.array(item) }).parse(await this.get(path)).items;
  }
}

/** Sends a scoring request with a client's token. */
export function invoke(
  endpoint: string,
  body: unknown,
  client: { name: string; token: string } | null,
): Promise<Answer> {
  const headers: Record<string, string> =
    client === null
      ? {}
      : { authorization: `Basic ${Buffer.from(`${client.name}:${client.token}`).toString("base64")}` };
  return send("POST", endpoint, { body, headers });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
