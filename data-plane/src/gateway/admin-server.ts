/**
 * The private interface on the Unix socket (`contracts/src/data-plane-api.ts`): the control plane hands over what to run,
 * asks what is, tries predictions and reads logs. File permissions are its only gate, so it never listens on a network.
 */
import { createServer, type Server } from "node:http";
import { type Assignments, assignmentsSchema } from "@slipway/contracts/assignment";
import {
  type EnvironmentCheck,
  type EnvironmentCheckRequest,
  environmentCheckRequestSchema,
} from "@slipway/contracts/environment-check";
import { AppError } from "@slipway/contracts/errors";
import { deploymentIdSchema } from "@slipway/contracts/ids";
import type { Observations } from "@slipway/contracts/observation";
import { z } from "zod";
import { answerLogs, type LogPorts, logRouteOf } from "./admin-logs.ts";
import { readPrediction, sendPrediction } from "./gateway.ts";
import { HttpExchange } from "./http-exchange.ts";
import { callerGone, json, parse } from "./private-call.ts";
import { type BodyLimits, BodySpace, CallerGoneError, readBody } from "./read-body.ts";
import { type PredictionPorts, servePrediction } from "./serve-prediction.ts";

/** What the interface needs from the rest of the data plane. */
export interface AdminPorts extends PredictionPorts {
  /** Resolves once the assignments are on disk. */
  assign: (assignments: Assignments) => Promise<void>;
  observe: (after: number | null, waitMs: number, signal: AbortSignal) => Promise<Observations>;
  logs: LogPorts;
  checkEnvironment: (request: EnvironmentCheckRequest) => Promise<EnvironmentCheck>;
}

const ASSIGNMENTS_BYTES_MAX = 256 * 1024 ** 2;
const ASSIGNMENTS: BodyLimits = {
  bytesMax: ASSIGNMENTS_BYTES_MAX,
  space: new BodySpace(2 * ASSIGNMENTS_BYTES_MAX),
};
const CHECK_BYTES_MAX = 4 * 1024 ** 2;
const CHECKS: BodyLimits = { bytesMax: CHECK_BYTES_MAX, space: new BodySpace(8 * CHECK_BYTES_MAX) };
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
    const exchange = new HttpExchange(request, response);
    route(ports, exchange).catch((thrown: unknown) => {
      if (thrown instanceof CallerGoneError) return void response.destroy();
      const { requestId } = exchange;
      const error = AppError.from(thrown);
      if (error.code === "internal") ports.logger.error({ err: thrown, requestId }, "a private call failed");
      exchange.refuse(error);
    });
  });
}

async function route(ports: AdminPorts, exchange: HttpExchange): Promise<void> {
  const { request, response } = exchange;
  const url = new URL(request.url ?? "/", "http://data-plane");
  const query = Object.fromEntries(url.searchParams);
  const asked = `${request.method} ${url.pathname}`;
  if (asked === "GET /healthz") return json(exchange, { status: "ok" });
  if (asked === "PUT /assignments") {
    const body = await readBody(request, response, ASSIGNMENTS);
    await ports.assign(parse(assignmentsSchema, parseJson(body)));
    response.writeHead(204).end();
    return;
  }
  if (asked === "GET /observations") {
    const { after, waitMs } = parse(observationQuery, query);
    return json(exchange, await ports.observe(after ?? null, waitMs, callerGone(response)));
  }
  if (asked === "GET /minutes") {
    const { after, deployment } = parse(minutesQuery, query);
    const afterMs = after === undefined ? 0 : Date.parse(after);
    return json(exchange, ports.meter.minutes({ afterMs, id: deployment }));
  }
  if (asked === "POST /environment-checks") {
    const body = parseJson(await readBody(request, response, CHECKS));
    return json(exchange, await ports.checkEnvironment(parse(environmentCheckRequestSchema, body)));
  }
  const [, predicted] = (request.method === "POST" && INVOCATIONS.exec(url.pathname)) || [];
  if (predicted !== undefined) return playground(ports, exchange, predicted);
  const logs = request.method === "GET" ? logRouteOf(url.pathname) : undefined;
  if (logs !== undefined) return answerLogs(ports, { ...logs, query, exchange });
  throw new AppError("not_found", `The data plane has no ${asked}.`);
}

async function playground(ports: AdminPorts, exchange: HttpExchange, id: string): Promise<void> {
  const asked = await readPrediction(exchange, ports.bodies, { path: "invocations", client: null });
  sendPrediction(exchange, await servePrediction(ports, id, asked, exchange));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_request", "The body is not valid JSON.", { cause });
  }
}
