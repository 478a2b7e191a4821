/** The `local` runtime: the data plane of this machine, called over its Unix socket. */
import type { Readable } from "node:stream";
import { logFileSchema } from "@slipway/contracts/api/deployment";
import { AppError, type ErrorCode, problemSchema } from "@slipway/contracts/errors";
import { observationsSchema } from "@slipway/contracts/observation";
import { Client, type Dispatcher } from "undici";
import { z } from "zod";
import type { LogChoice, Runtime } from "#runtimes/runtime.ts";

const APPLY_TIMEOUT_MS = 10_000;
const PREDICT_TIMEOUT_MS = 120_000;

/** Creates the runtime; nothing is connected before the first call. */
export function createLocalRuntime(socketPath: string): Runtime & AsyncDisposable {
  const connect = { socketPath, timeout: 2_000 };
  // Long polls, predictions and logs may each occupy a connection for long, so every call has its own.
  async function call(options: Omit<Dispatcher.RequestOptions, "origin">): Promise<Dispatcher.ResponseData> {
    const client = new Client("http://data-plane", { connect, pipelining: 1 });
    try {
      const response = await client.request(options);
      response.body.once("close", () => void client.close().catch(() => client.destroy()));
      return response;
    } catch (error) {
      await client.destroy();
      throw unreachable(error);
    }
  }

  return {
    async apply(assignments) {
      const response = await call({
        method: "PUT",
        path: "/assignments",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(assignments),
        headersTimeout: APPLY_TIMEOUT_MS,
      });
      const text = await response.body.text();
      if (response.statusCode >= 300)
        throw unreachable(new Error(`PUT /assignments answered ${response.statusCode}: ${text}`));
    },

    async observe(after, waitMs, signal) {
      const query = `waitMs=${waitMs}${after === null ? "" : `&after=${after}`}`;
      const response = await call({
        method: "GET",
        path: `/observations?${query}`,
        headersTimeout: waitMs + APPLY_TIMEOUT_MS,
        ...(signal ? { signal } : {}),
      });
      if (response.statusCode !== 200)
        throw unreachable(new Error(`GET /observations answered ${response.statusCode}`));
      return observationsSchema.parse(await response.body.json());
    },

    async predict(id, body, contentType) {
      const response = await call({
        method: "POST",
        path: `/deployments/${id}/invocations`,
        headers: { "content-type": contentType },
        body,
        headersTimeout: PREDICT_TIMEOUT_MS,
      });
      return {
        status: response.statusCode,
        contentType: String(response.headers["content-type"] ?? "application/json"),
        body: Buffer.from(await response.body.arrayBuffer()),
      };
    },

    async logs(id, which, signal) {
      const path = `/deployments/${id}/${logsPath(which)}`;
      const response = await call({ method: "GET", path, bodyTimeout: 0, signal });
      if (response.statusCode !== 200) throw await problemOf(response);
      return response.body satisfies Readable;
    },

    async logFiles(id) {
      const response = await call({ method: "GET", path: `/deployments/${id}/log-files` });
      if (response.statusCode !== 200) throw await problemOf(response);
      return z.array(logFileSchema).parse(await response.body.json());
    },

    async [Symbol.asyncDispose]() {},
  };
}

function logsPath(which: LogChoice): string {
  switch (which.kind) {
    case "one":
      return `replicas/${encodeURIComponent(which.name)}/logs?tail=${which.tail}&follow=${which.follow}`;
    case "together":
      return `logs?tail=${which.tail}&follow=${which.follow}`;
    case "whole":
      return `replicas/${encodeURIComponent(which.name)}/logs?download=true`;
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError(
    "data_plane_unreachable",
    "The data plane does not answer. It is restarted by itself; if this stays, see the data plane's log.",
    { cause },
  );
}

async function problemOf(response: Dispatcher.ResponseData): Promise<AppError> {
  const text = await response.body.text();
  const problem = problemSchema.safeParse(safeJson(text));
  if (!problem.success)
    return unreachable(new Error(`the data plane answered ${response.statusCode}: ${text.slice(0, 200)}`));
  return new AppError(problem.data.code satisfies ErrorCode, problem.data.detail);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
