/**
 * The private interface on the Unix socket (`contracts/src/data-plane-api.ts`): the control plane hands over what to run,
 * asks what is, tries predictions and reads logs. File permissions are its only gate, so it never listens on a network.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Assignments, assignmentsSchema } from "@slipway/contracts/assignment";
import { AppError } from "@slipway/contracts/errors";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import type { Observations } from "@slipway/contracts/observation";
import { z } from "zod";
import { answerLogs, type LogPorts, logRouteOf } from "./admin-logs.ts";
import { requestIdOf, send, sendProblem, setStandardHeaders } from "./answer.ts";
import { callerGone } from "./gateway.ts";
import type { PredictLimits } from "./predict.ts";
import { json, parse } from "./private-call.ts";
import { CallerGoneError, readBody } from "./read-body.ts";
import { type PredictionPorts, servePrediction } from "./serve-prediction.ts";

/** What the interface needs from the rest of the data plane. */
export interface AdminPorts extends PredictionPorts {
  /** Resolves once the assignments are on disk. */
  assign: (assignments: Assignments) => Promise<void>;
  observe: (after: number | null, waitMs: number, signal: AbortSignal) => Promise<Observations>;
  logs: LogPorts;
  limits: PredictLimits & { bodyBytesMax: number };
}

const ASSIGNMENTS_BYTES_MAX = 256 * 1024 ** 2;
const ID = "([a-z0-9-]{1,63})";
const INVOCATIONS = new RegExp(`^/deployments/${ID}/invocations$`);

const minutesQuery = z.object({
  after: z.iso.datetime().optional(),
  deployment: deploymentIdSchema.optional(),
});
const observationQuery = z.object({
  after: z.coerce.number().optional(),
  waitMs: z.coerce.number().int().min(0).max(60_000).default(0),
});

/** Makes the server; the caller lets it listen on the socket. */
export function createAdminServer(ports: AdminPorts): Server {
  return createServer({ requestTimeout: 60_000 }, (request, response) => {
    const requestId = requestIdOf(request);
    setStandardHeaders(response, requestId);
    route(ports, request, response, requestId).catch((thrown: unknown) => {
      if (thrown instanceof CallerGoneError) return void response.destroy();
      const error = AppError.from(thrown);
      if (error.code === "internal") ports.logger.error({ err: thrown, requestId }, "a private call failed");
      sendProblem(request, response, error, requestId);
    });
  });
}

async function route(
  ports: AdminPorts,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://data-plane");
  const query = Object.fromEntries(url.searchParams);
  const asked = `${request.method} ${url.pathname}`;
  if (asked === "GET /healthz") return json(response, { status: "ok" });
  if (asked === "PUT /assignments") {
    const body = await readBody(request, response, ASSIGNMENTS_BYTES_MAX);
    await ports.assign(parse(assignmentsSchema, parseJson(body)));
    response.writeHead(204).end();
    return;
  }
  if (asked === "GET /observations") {
    const { after, waitMs } = parse(observationQuery, query);
    return json(response, await ports.observe(after ?? null, waitMs, callerGone(response)));
  }
  if (asked === "GET /minutes") {
    const { after, deployment } = parse(minutesQuery, query);
    const afterMs = after === undefined ? 0 : Date.parse(after);
    return json(response, ports.meter.minutes({ afterMs, id: deployment }));
  }
  const [, predicted] = (request.method === "POST" && INVOCATIONS.exec(url.pathname)) || [];
  if (predicted !== undefined) return playground(ports, { request, response, requestId, id: predicted });
  const logs = request.method === "GET" ? logRouteOf(url.pathname) : undefined;
  if (logs !== undefined) return answerLogs(ports, { ...logs, query, response });
  throw new AppError("not_found", `The data plane has no ${asked}.`);
}

async function playground(
  ports: AdminPorts,
  call: { request: IncomingMessage; response: ServerResponse; requestId: string; id: string },
): Promise<void> {
  const body = await readBody(call.request, call.response, ports.limits.bodyBytesMax);
  const contentType = call.request.headers["content-type"] ?? "";
  const { response, requestId } = call;
  const request = {
    path: "invocations" as const,
    contentType,
    requestId,
    client: null,
    body,
    jsonBytes: null,
  };
  send(response, await servePrediction(ports, call.id, { request, response, gone: callerGone(response) }));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_request", "The body is not valid JSON.", { cause });
  }
}
