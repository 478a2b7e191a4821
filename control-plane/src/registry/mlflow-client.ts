/** HTTP towards one group's MLflow: one origin, its path prefix, its credentials. */
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { AppError } from "@slipway/contracts/errors";
import { parseMlflowJson } from "@slipway/contracts/mlflow-json";
import { type Dispatcher, request } from "undici";
import type { z } from "zod";
import type { Logger } from "#telemetry/logger.ts";
import { allowsInsecureTls, authorizationOf, type RegistryBinding } from "./binding.ts";
import type { Connections } from "./connections.ts";
import { connectionFailure, mlflowUnreachable, refusalError } from "./mlflow-errors.ts";

const JSON_BYTES_MAX = 128 * 1024 * 1024;
const REFUSAL_BYTES_MAX = 64 * 1024;
const ATTEMPTS_MAX = 4;
const RETRY_MS = 20;

export type Query = Record<string, string | number>;

export interface MlflowClient {
  readonly trackingUri: string;
  /** Reads a JSON answer below the tracking URI. */
  get<Schema extends z.ZodType>(schema: Schema, path: string, query?: Query): Promise<z.output<Schema>>;
  /** Asks one of MLflow's searches that take a JSON body. */
  search<Schema extends z.ZodType>(schema: Schema, path: string, body: object): Promise<z.output<Schema>>;
  /** Writes, once: what may have arrived is not sent again. */
  write<Schema extends z.ZodType>(
    schema: Schema,
    method: "POST" | "PATCH" | "DELETE",
    [path, body]: [path: string, body: object],
  ): Promise<z.output<Schema>>;
  /** Reads a file of at most `bytesMax`; null when it is larger. */
  file(path: string, query: Query, bytesMax: number): Promise<Buffer | null>;
  /** Opens a file of any size; who gets it reads it to its end or destroys it. It may take as long as its reader does. */
  open(path: string, query: Query): Promise<OpenFile>;
  /** The same MLflow under another address of the same origin; null when the origin differs. */
  under(base: string): MlflowClient | null;
}

/** A file that is being read. */
export interface OpenFile {
  body: Readable;
  /** Null where MLflow does not tell. */
  sizeBytes: number | null;
}

interface Answer {
  status: number;
  contentType: string;
  location: string | null;
  /** Null when it is larger than asked for. */
  body: Buffer | null;
}

/** Makes the client of a binding. Every method throws AppError `mlflow_unreachable`, or `not_found` when MLflow says so. */
export function createMlflowClient(
  binding: RegistryBinding,
  connections: Connections,
  logger?: Logger,
): MlflowClient {
  return clientUnder(binding.trackingUri, { binding, connections, ...(logger && { logger }) });
}

interface Surroundings {
  binding: RegistryBinding;
  connections: Connections;
  logger?: Logger;
}

function clientUnder(base: string, surroundings: Surroundings): MlflowClient {
  const { binding, connections, logger } = surroundings;
  const root = base.replace(/[?#].*$/s, "").replace(/\/+$/, "");
  const dispatcher = connections.dispatcher(allowsInsecureTls(binding.variables));
  const headers = headersOf(binding);

  async function send(method: Method, path: string, options: SendOptions): Promise<Answer> {
    const url = addressOf(root, path, options.query);
    const startedAt = performance.now();
    const signal = AbortSignal.timeout(connections.timeouts.wholeMs);
    const attempt = async () => {
      const response = await request(url, {
        method,
        dispatcher,
        headers: options.body === undefined ? headers : { ...headers, "content-type": "application/json" },
        body: options.body ?? null,
        // `mlflow server` sends an answer in two pieces and leaves TCP_NODELAY off: on a connection that is kept alive the second waits
        // 40 ms for an acknowledgement, on a new one for none. A TLS connection costs more, and has a proxy at its other end.
        reset: url.protocol === "http:",
        signal,
      });
      return receive(response, options.bytesMax);
    };
    try {
      const answer = await (options.once ? attempt() : again(attempt));
      logger?.debug(
        { group: binding.group, method, path, status: answer.status, ms: msSince(startedAt) },
        "mlflow answered",
      );
      return answer;
    } catch (error) {
      throw describe(base, error);
    }
  }

  async function json<Schema extends z.ZodType>(
    schema: Schema,
    method: Method,
    [path, options]: [string, Omit<SendOptions, "bytesMax">],
  ): Promise<z.output<Schema>> {
    const answer = await send(method, path, { ...options, bytesMax: JSON_BYTES_MAX });
    const text = answer.body?.toString("utf8") ?? "";
    if (answer.status !== 200) {
      throw refusalError(base, { status: answer.status, body: text, location: answer.location });
    }
    return parseAnswer(base, schema, text);
  }

  return {
    trackingUri: base,
    get: (schema, path, query = {}) => json(schema, "GET", [path, { query }]),
    search: (schema, path, body) => json(schema, "POST", [path, { body: JSON.stringify(body) }]),
    write: (schema, method, [path, body]) =>
      json(schema, method, [path, { body: JSON.stringify(body), once: true }]),
    async file(path, query, bytesMax) {
      const answer = await send("GET", path, { query, bytesMax });
      if (answer.status === 200) return answer.body;
      const body = answer.body?.toString("utf8") ?? "";
      throw refusalError(base, { status: answer.status, body, location: answer.location });
    },
    async open(path, query) {
      const downloads = connections.downloads(allowsInsecureTls(binding.variables));
      const attempt = () => request(addressOf(root, path, query), { dispatcher: downloads, headers });
      const response = await again(attempt).catch((error: unknown) => Promise.reject(describe(base, error)));
      if (response.statusCode === 200) return { body: response.body, sizeBytes: sizeOf(response) };
      const { status, body, location } = await receive(response, REFUSAL_BYTES_MAX);
      throw refusalError(base, { status, body: body?.toString("utf8") ?? "", location });
    },
    under(other) {
      return URL.parse(other)?.origin === new URL(base).origin ? clientUnder(other, surroundings) : null;
    },
  };
}

function addressOf(root: string, path: string, query: Query = {}): URL {
  const url = new URL(`${root}${path}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.append(key, String(value));
  return url;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

interface SendOptions {
  query?: Query;
  body?: string;
  /** It is not a read, so that it is never sent a second time. */
  once?: boolean;
  bytesMax: number;
}

/** Sends a read, and again when a kept-alive connection turns out to be closed: there may be several of them. */
async function again<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isReset(error) || attempts === ATTEMPTS_MAX) throw error;
      await sleep(attempts * RETRY_MS);
    }
  }
}

async function receive(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  bytesMax: number,
): Promise<Answer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) break;
    chunks.push(chunk);
  }
  const location = headers.location;
  return {
    status: statusCode,
    contentType: String(headers["content-type"] ?? ""),
    location: typeof location === "string" ? location : null,
    body: sizeBytes > bytesMax ? null : Buffer.concat(chunks),
  };
}

/** Compressed on the way it says another size. */
function sizeOf({ headers }: Dispatcher.ResponseData): number | null {
  const length = headers["content-encoding"] === undefined ? headers["content-length"] : undefined;
  return typeof length === "string" && /^\d+$/.test(length) ? Number(length) : null;
}

function parseAnswer<Schema extends z.ZodType>(base: string, schema: Schema, text: string): z.output<Schema> {
  let parsed: unknown;
  try {
    parsed = parseMlflowJson(text);
  } catch (error) {
    throw notMlflow(base, "its answer is not JSON", error);
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success) throw notMlflow(base, "its answer has not the form of MLflow's", checked.error);
  return checked.data;
}

function notMlflow(base: string, why: string, cause: unknown): AppError {
  return mlflowUnreachable(
    base,
    "not_mlflow",
    `What answers there is not an MLflow tracking server: ${why}. Check the host, the port and the path of the tracking URI.`,
    cause,
  );
}

function describe(base: string, error: unknown): AppError {
  if (error instanceof Error && error.name === "TimeoutError") {
    return connectionFailure(
      base,
      Object.assign(new Error("timed out", { cause: error }), { code: "ETIMEDOUT" }),
    );
  }
  return connectionFailure(base, error);
}

function headersOf(binding: RegistryBinding): Record<string, string> {
  const authorization = authorizationOf(binding.variables);
  return {
    accept: "application/json, */*",
    "user-agent": "slipway",
    ...(authorization === null ? {} : { authorization }),
    ...(binding.workspace === null ? {} : { "X-MLFLOW-WORKSPACE": binding.workspace }),
  };
}

function isReset(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNRESET" || code === "UND_ERR_SOCKET" || code === "EPIPE";
}

function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
