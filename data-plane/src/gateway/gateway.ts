/**
 * The endpoints' HTTP server: route → admit → read the body → choose a replica → carry → answer.
 * It knows no model and no file, never parses a body, and hands nothing of the caller to a worker but content type,
 * body and request id, and the name of the client that it has recognised itself.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AppError } from "@slipway/contracts/errors";
import { requestIdOf, send, sendProblem, setStandardHeaders } from "./answer.ts";
import type { Callers } from "./callers.ts";
import { answerMetrics, type MetricsPage } from "./metrics-page.ts";
import { findEndpoint, type PredictLimits, pickReplica } from "./predict.ts";
import { CallerGoneError, readBody } from "./read-body.ts";
import { type PredictionPorts, servePrediction } from "./serve-prediction.ts";

export interface GatewayOptions extends PredictionPorts {
  callers: Callers;
  limits: PredictLimits & { bodyBytesMax: number };
  isReady: () => boolean;
  /** Absent: nobody may read the figures here. */
  metrics?: MetricsPage | undefined;
}

const HEADERS_TIMEOUT_MS = 10_000;
const UPLOAD_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** What somebody should look into; an endpoint that is starting is not, and its callers may ask often. */
const LOGGED: ReadonlySet<string> = new Set(["model_failed", "model_timed_out"]);
const ROUTE = /^\/deployment\/([a-z0-9-]{1,63})\/(invocations|ping|version)$/;
const METHODS = { invocations: "POST", ping: "GET", version: "GET" } as const;

/** Makes the server; the caller lets it listen and closes it. */
export function createGateway(options: GatewayOptions): Server {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    void respond(options, request, response);
  };
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: UPLOAD_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
    },
    answer,
  );
  // A caller that asks before it sends is told of a refusal without sending anything.
  server.on("checkContinue", answer);
  return server;
}

async function respond(
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = requestIdOf(request);
  setStandardHeaders(response, requestId);
  try {
    await route(options, request, response, requestId);
  } catch (thrown) {
    if (thrown instanceof CallerGoneError) return void response.destroy();
    const error = AppError.from(thrown);
    if (error.code === "internal") options.logger.error({ err: thrown, requestId }, "a request failed");
    else if (LOGGED.has(error.code))
      options.logger.warn({ requestId, code: error.code, path: request.url }, error.message);
    sendProblem(request, response, error, requestId);
  }
}

async function route(
  ports: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const { endpoints, callers, limits, isReady } = ports;
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  if (path === "/healthz") return text(response, 200, "ok\n");
  if (path === "/readyz")
    return isReady() ? text(response, 200, "ready\n") : text(response, 503, "starting\n");
  if (path === "/metrics" && ports.metrics !== undefined)
    return answerMetrics(ports.metrics, request, response);
  const [, id, verb] = ROUTE.exec(path) ?? [];
  if (id === undefined || !isVerb(verb) || request.method !== METHODS[verb]) throw noRoute();

  const endpoint = findEndpoint(endpoints, id);
  const client = callers.admit(endpoint, request.headers.authorization);
  if (verb === "invocations") {
    const body = await readBody(request, response, limits.bodyBytesMax);
    const contentType = request.headers["content-type"] ?? "";
    const gone = callerGone(response);
    const asked = { path: "invocations" as const, contentType, requestId, client, body, jsonBytes: null };
    return send(response, await servePrediction(ports, id, { request: asked, response, gone }));
  }
  const { replica } = pickReplica(endpoint, Number.POSITIVE_INFINITY);
  if (verb === "ping") return text(response, 200, "\n");
  return text(response, 200, replica.mlflowVersion);
}

/** Aborts when the connection closes before the answer is out. */
export function callerGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new CallerGoneError());
  });
  return controller.signal;
}

function isVerb(verb: string | undefined): verb is keyof typeof METHODS {
  return verb !== undefined && Object.hasOwn(METHODS, verb);
}

function text(response: ServerResponse, status: number, body: string): void {
  send(response, { status, contentType: "text/plain; charset=utf-8", body });
}

function noRoute(): AppError {
  return new AppError(
    "not_found",
    "There is nothing here. Predictions are asked with POST /deployment/<id>/invocations.",
  );
}
