/** A real data plane as its own process, for tests: started, spoken to, killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SERVING_DEFAULTS, type Serving } from "@slipway/contracts/api/serving";
import type {
  AssignedBenchmark,
  AssignedClient,
  AssignedRevision,
  Assignments,
} from "@slipway/contracts/assignment";
import { dataPlaneSocket } from "@slipway/contracts/data-plane-api";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import { type Observation, type ObservedRevision, observationsSchema } from "@slipway/contracts/observation";
import { readOrCreateKey, seal } from "@slipway/contracts/sealed";
import { hashToken } from "@slipway/contracts/token";
import { Agent, request } from "undici";
import { inject } from "vitest";
import { z } from "zod";
import { templatesOf, workersOf } from "./plane-processes.test-kit.ts";
import { injectedBuilds, keepBuilds, lendBuilds, type SharedBuilds } from "./shared-builds.test-kit.ts";

declare module "vitest" {
  interface ProvidedContext {
    uv: string;
    python: string;
    mlflowUri: string;
  }
}

export interface Tools {
  uv: string;
  builds: SharedBuilds;
  python: string;
  mlflowUri: string;
}

export interface Deployed {
  id: string;
  /** By default one, `ada`, with {@link TOKEN}. */
  clients?: AssignedClient[];
  rollout?: number;
  revisions: DeployedRevision[];
}

export interface DeployedRevision {
  number: number;
  weight: number;
  model: string;
  version: string;
  mirrorPercent?: number;
  fallback?: boolean;
  minReplicas?: number;
  maxReplicas?: number;
  memoryBytes?: number;
  cpuThreads?: number;
  /** By default one, `GREETING`; a worker with variables is not forked from a template. */
  variables?: Record<string, string>;
  serving?: Partial<Serving>;
}

export const TOKEN = "slp_client_of-the-tests";
const ADA: AssignedClient = {
  name: "ada",
  tokens: [{ hash: hashToken(TOKEN), expiresAt: null }],
  requestsPerMinute: null,
};
const TWO_GIB = 2 * 1024 ** 3;
const addressSchema = z.object({ address: z.object({ port: z.number() }) });

/** The tools of the shared fixture. */
export function injectedTools(builds = injectedBuilds("shared")): Tools {
  return {
    uv: inject("uv"),
    builds,
    python: inject("python"),
    mlflowUri: inject("mlflowUri"),
  };
}

export class RunningPlane {
  readonly home = mkdtempSync(join(tmpdir(), "slp-"));
  readonly #tools: Tools;
  readonly #key: Buffer;
  readonly #private: Agent;
  /** What is to be measured, beside what `assign` hands over. */
  benchmarks: AssignedBenchmark[] = [];
  #child: ChildProcess | undefined;
  #port = 0;
  #log = "";

  constructor(tools: Tools) {
    this.#tools = tools;
    // Workers run as another user where they can; mkdtemp lets nobody else through.
    chmodSync(this.home, 0o711);
    lendBuilds(this.home, tools.builds);
    this.#key = readOrCreateKey(join(this.home, "secrets.key"));
    this.#private = new Agent({ connect: { socketPath: dataPlaneSocket(this.home) }, keepAliveTimeout: 1 });
  }

  /** Starts the process and waits for its word that it is ready. */
  async start(environment: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, [resolve(import.meta.dirname, "main.ts")], {
      env: {
        ...process.env,
        SLIPWAY_HOME: this.home,
        SLIPWAY_ENDPOINT_PORT: String(this.#port),
        SLIPWAY_PYTHON: this.#tools.python,
        SLIPWAY_UV: this.#tools.uv,
        SLIPWAY_DRAIN_TIMEOUT_MS: "10000",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => (this.#log += String(chunk)));
    const ended = once(child, "exit").then(() => Promise.reject(new Error(`it ended at once: ${this.#log}`)));
    await Promise.race([once(child, "message"), ended]);
    const line =
      this.#log.split("\n").findLast((text) => text.includes('"serving"')) ?? (await this.#nextLog());
    this.#port = addressSchema.parse(JSON.parse(line)).address.port;
  }

  /** The log's line about the address may come after the message. */
  async #nextLog(): Promise<string> {
    for (;;) {
      await new Promise((next) => setTimeout(next, 10));
      const line = this.#log.split("\n").findLast((text) => text.includes('"serving"') && text.endsWith("}"));
      if (line !== undefined) return line;
    }
  }

  /** Ends it with a signal; gives its exit code, or the signal that killed it. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | string | null> {
    const child = this.#child;
    if (child === undefined) return null;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
    this.#child = undefined;
    return child.exitCode ?? child.signalCode;
  }

  /** Ends it and removes its home. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGTERM");
    await this.#private.close();
    keepBuilds(this.home, this.#tools.builds);
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Hands over what to run. */
  async assign(...deployments: Deployed[]): Promise<void> {
    const assignments: Assignments = {
      deployments: deployments.map(({ id, clients = [ADA], revisions, rollout = null }) => ({
        id: deploymentIdSchema.parse(id),
        access: "private",
        clients,
        rollout,
        revisions: revisions.map((revision) => this.#revision(revision)),
      })),
      benchmarks: this.benchmarks,
    };
    const { statusCode, body } = await this.private("PUT", "/assignments", JSON.stringify(assignments));
    if (statusCode !== 204) throw new Error(body);
  }

  #revision({
    number,
    weight,
    model,
    version,
    mirrorPercent = 0,
    fallback = false,
    minReplicas = 1,
    maxReplicas = 1,
    memoryBytes = TWO_GIB,
    cpuThreads = 1,
    variables = { GREETING: "hello" },
    serving = {},
  }: DeployedRevision): AssignedRevision {
    return {
      number,
      weight,
      mirrorPercent,
      fallback,
      minReplicas,
      maxReplicas,
      model: {
        trackingUri: this.#tools.mlflowUri,
        workspace: null,
        variables: [],
        name: model,
        version,
        fingerprint: "1",
      },
      variables: Object.entries(variables).map(([name, value]) => ({
        name,
        sealed: seal(this.#key, value, `variable:${name}`),
      })),
      resources: { cpuThreads, memoryBytes },
      ...SERVING_DEFAULTS,
      ...serving,
    };
  }

  /** Calls the private interface. */
  async private(method: "GET" | "PUT" | "POST", path: string, body?: string) {
    const answer = await request(`http://data-plane${path}`, {
      method,
      dispatcher: this.#private,
      headers: { "content-type": "application/json" },
      body: body ?? null,
    });
    return { statusCode: answer.statusCode, body: await answer.body.text() };
  }

  /** What is observed now of a deployment. */
  async observation(id: string): Promise<Observation | undefined> {
    const { body } = await this.private("GET", "/observations?waitMs=0");
    const { deployments } = observationsSchema.parse(JSON.parse(body));
    return deployments.find((one) => one.id === id);
  }

  async revisions(id: string): Promise<ObservedRevision[]> {
    return (await this.observation(id))?.revisions ?? [];
  }

  /** Follows the observations until one revision is as wanted. */
  async until(
    id: string,
    number: number,
    wanted: (revision: ObservedRevision) => boolean,
  ): Promise<ObservedRevision> {
    for (let after = ""; ; ) {
      const { body } = await this.private("GET", `/observations?waitMs=5000${after}`);
      const { sequence, deployments } = observationsSchema.parse(JSON.parse(body));
      const found = deployments.find((one) => one.id === id)?.revisions.find((one) => one.number === number);
      if (found !== undefined && wanted(found)) return found;
      after = `&after=${sequence}`;
    }
  }

  /** Calls an endpoint. */
  async call(
    path: string,
    options: { body?: string | Buffer; headers?: Record<string, string>; anonymous?: boolean } = {},
  ) {
    const answer = await request(`http://127.0.0.1:${this.#port}${path}`, {
      method: options.body === undefined ? "GET" : "POST",
      headers: {
        "content-type": "application/json",
        ...(options.anonymous ? {} : this.authorization),
        ...options.headers,
      },
      body: options.body ?? null,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** As the client of every deployment that names none of its own. */
  readonly authorization = { authorization: `Bearer ${TOKEN}` };

  get port(): number {
    return this.#port;
  }

  /** The process ids of the workers of this home. */
  workers(): number[] {
    return workersOf(this.home);
  }

  /** Of the processes that workers are forked from. */
  templates(): number[] {
    return templatesOf(this.home);
  }

  /** What the replicas of a revision have written into their log so far. */
  async log(id: string, replica: string): Promise<string> {
    return (await this.private("GET", `/deployments/${id}/replicas/${replica}/logs?tail=1000`)).body;
  }

  /** Waits until a condition holds. */
  static async eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise((next) => setTimeout(next, 50));
  }
}
