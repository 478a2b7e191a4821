/** Slipway's HTTP API as a program uses it: with a bearer token, answers parsed by the schemas of the contract. */

import { setTimeout as delay } from "node:timers/promises";
import {
  type CreatedDeployment,
  createdDeploymentSchema,
  type Deployment,
  type DeploymentPatchInput,
  type DeploymentRequestInput,
  deploymentSchema,
} from "@slipway/contracts/api/deployment";
import { createdApiTokenSchema } from "@slipway/contracts/api/identity";
import { request } from "undici";
import type { z } from "zod";

/** As fine as a start is measured; coarser where the answer would load the control plane meanwhile. */
const POLL_MS = 50;
/** The benchmark's group. */
export const GROUP = "bench";

export class SlipwayApi {
  readonly #base: string;
  readonly #token: string;
  readonly #signal: AbortSignal;

  private constructor(base: string, token: string, signal: AbortSignal) {
    this.#base = base;
    this.#token = token;
    this.#signal = signal;
  }

  /** Signs in as the first administrator. */
  static async signIn(origin: string, password: string, signal: AbortSignal): Promise<SlipwayApi> {
    const base = `${origin}/api/v1`;
    const session = await call(`${base}/sessions`, { body: { username: "admin", password }, signal });
    const cookie = [session.headers["set-cookie"] ?? []].flat().map((line) => line.split(";", 1)[0]);
    const token = await call(`${base}/me/tokens`, {
      body: { name: `benchmark ${Date.now()}` },
      headers: { cookie: cookie.join("; ") },
      signal,
    });
    return new SlipwayApi(base, createdApiTokenSchema.parse(token.json).token, signal);
  }

  /** Makes the benchmark's group and binds it to a registry. */
  async bind(trackingUri: string): Promise<void> {
    await this.#call("POST", "/groups", { name: GROUP });
    await this.#call("PUT", `/groups/${GROUP}/mlflow`, { trackingUri });
  }

  /** Reads something of the benchmark's group: what it says, and how long it took in ms. */
  async read<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    query: Record<string, string> = {},
  ): Promise<{ answer: z.output<Schema>; ms: number }> {
    const beganMs = performance.now();
    const json = await this.#call("GET", `/groups/${GROUP}${path}?${new URLSearchParams(query)}`);
    return { ms: performance.now() - beganMs, answer: schema.parse(json) };
  }

  async deploy(body: DeploymentRequestInput): Promise<CreatedDeployment> {
    return createdDeploymentSchema.parse(await this.#call("POST", `/groups/${GROUP}/deployments`, body));
  }

  async update(id: string, patch: DeploymentPatchInput): Promise<void> {
    await this.#call("PATCH", `/groups/${GROUP}/deployments/${id}`, patch);
  }

  async remove(id: string): Promise<void> {
    await this.#call("DELETE", `/groups/${GROUP}/deployments/${id}`);
  }

  async deployment(id: string): Promise<Deployment> {
    return deploymentSchema.parse(await this.#call("GET", `/groups/${GROUP}/deployments/${id}`));
  }

  /** Waits until it is so. @throws Error when it has failed, or the time is over. */
  async until(id: string, holds: (deployment: Deployment) => boolean, withinMs: number): Promise<Deployment> {
    const deadlineMs = performance.now() + withinMs;
    for (;;) {
      const deployment = await this.deployment(id);
      if (holds(deployment)) return deployment;
      if (deployment.status === "Failed") throw new Error(`${id} failed: ${deployment.message}`);
      if (performance.now() > deadlineMs)
        throw new Error(`${id} is still ${deployment.status}: ${deployment.message}`);
      await delay(POLL_MS, undefined, { signal: this.#signal });
    }
  }

  async #call(method: Method, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#token}` };
    return (await call(`${this.#base}${path}`, { method, body, headers, signal: this.#signal })).json;
  }
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface CallOptions {
  method?: Method;
  body: unknown;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

async function call(url: string, { method = "POST", body, headers = {}, signal }: CallOptions) {
  const answer = await request(url, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    signal,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${url} answered ${answer.statusCode}: ${text}`);
  return { headers: answer.headers, json: text === "" ? undefined : (JSON.parse(text) as unknown) };
}
