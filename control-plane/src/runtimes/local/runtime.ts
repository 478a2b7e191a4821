/** The `local` runtime: the data plane of this machine, called over its Unix socket. */
import type { Readable } from "node:stream";
import { logFileSchema } from "@slipway/contracts/api/deployment";
import { environmentCheckSchema } from "@slipway/contracts/environment-check";
import { AppError, type ErrorCode, problemSchema } from "@slipway/contracts/errors";
import { minutesSchema, observationsSchema } from "@slipway/contracts/observation";
import type { Dispatcher } from "undici";
import { z } from "zod";
import type { LogChoice, Runtime } from "#runtimes/runtime.ts";
import { createPrivateCalls, unreachable } from "./private-calls.ts";

const APPLY_TIMEOUT_MS = 10_000;
const MINUTES_TIMEOUT_MS = 3_000;
/** What a check may take beyond its own time: processes that start and end. */
const CHECK_GRACE_MS = 500;
const PREDICT_TIMEOUT_MS = 120_000;

/** Creates the runtime; nothing is connected before the first call. */
export function createLocalRuntime(socketPath: string): Runtime & AsyncDisposable {
  const { call, read } = createPrivateCalls(socketPath);
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

    observe(after, waitMs, signal) {
      const query = `waitMs=${waitMs}${after === null ? "" : `&after=${after}`}`;
      return read(observationsSchema, {
        path: `/observations?${query}`,
        headersTimeout: waitMs + APPLY_TIMEOUT_MS,
        ...(signal ? { signal } : {}),
      });
    },

    minutes(after, id) {
      const query = new URLSearchParams({
        ...(after === null ? {} : { after: after.toISOString() }),
        ...(id === undefined ? {} : { deployment: id }),
      });
      return read(minutesSchema, {
        path: `/minutes?${query}`,
        headersTimeout: MINUTES_TIMEOUT_MS,
        bodyTimeout: MINUTES_TIMEOUT_MS,
      });
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

    checkEnvironment(request) {
      const timeoutMs = request.timeoutMs + CHECK_GRACE_MS;
      return read(environmentCheckSchema, {
        path: "/environment-checks",
        body: JSON.stringify(request),
        ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
      });
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
