/**
 * The endpoints' HTTP server: route → admit → read the body → stand in line → answer.
 * It knows no model and no file, never parses a body, and hands nothing of the caller to a worker but content type,
 * body and request id, and the name of the client that it has recognised itself.
 */
import type { Server } from "node:http";
import { AppError } from "@slipway/contracts/errors";
import type { WorkerPath } from "@slipway/contracts/frame";
import type { PredictRequest, ReplicaAnswer } from "#agent/replica-pool.ts";
import { answerQuestion, named } from "./ask.ts";
import type { Callers } from "./callers.ts";
import { type Exchange, JSON_BYTES_HEADER } from "./exchange.ts";
import { HttpExchange } from "./http-exchange.ts";
import { createHttpServer } from "./http-server.ts";
import { answerMetrics, type MetricsPage } from "./metrics-page.ts";
import { findEndpoint } from "./predict.ts";
import { type BodyLimits, CallerGoneError } from "./read-body.ts";
import { type Route, routeOf } from "./routes.ts";
import { type PredictionPorts, servePrediction } from "./serve-prediction.ts";

export interface GatewayOptions extends PredictionPorts {
  callers: Callers;
  isReady: () => boolean;
  /** Absent: nobody may read the figures here. */
  metrics?: MetricsPage | undefined;
}

/** What somebody should look into; an endpoint that is starting is not, and its callers may ask often. */
const LOGGED: ReadonlySet<string> = new Set(["model_failed", "model_timed_out"]);

/** Makes the server; the caller lets it listen and closes it. */
export function createGateway(options: GatewayOptions): Server {
  return createHttpServer((request, response) => void respond(options, new HttpExchange(request, response)));
}

/** Answers one request, whatever happens. */
export async function respond(options: GatewayOptions, exchange: Exchange): Promise<void> {
  try {
    await route(options, exchange);
  } catch (thrown) {
    if (thrown instanceof CallerGoneError) return exchange.destroy();
    const { requestId } = exchange;
    const error = AppError.from(thrown);
    if (error.code === "internal") options.logger.error({ err: thrown, requestId }, "a request failed");
    else if (LOGGED.has(error.code))
      options.logger.warn({ requestId, code: error.code, path: exchange.url }, error.message);
    exchange.refuse(error);
  }
}

async function route(ports: GatewayOptions, exchange: Exchange): Promise<void> {
  const { method, url } = exchange;
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  if (path === "/healthz") return exchange.send(text(200, "ok\n"));
  if (path === "/readyz")
    return exchange.send(ports.isReady() ? text(200, "ready\n") : text(503, "starting\n"));
  if (path === "/metrics" && ports.metrics !== undefined) return answerMetrics(ports.metrics, exchange);
  const found = routeOf(method, path);
  if (found === undefined) throw noRoute();
  const endpoint = findEndpoint(ports.endpoints, found.id);
  const client = ports.callers.admit(endpoint, exchange.header("authorization"));
  if (found.kind === "ask") return exchange.send(answerQuestion(found, endpoint));
  if (found.model !== undefined) named(found, endpoint);
  await answerPrediction(ports, exchange, { found, client });
}

async function answerPrediction(
  ports: GatewayOptions,
  exchange: Exchange,
  { found, client }: { found: Extract<Route, { kind: "predict" }>; client: string | null },
): Promise<void> {
  const asked = await readPrediction(exchange, ports.bodies, { path: found.path, client });
  sendPrediction(exchange, await servePrediction(ports, found.id, asked, exchange));
}

/** Reads what is asked of a model. @throws AppError as {@link readBody}, or `invalid_input`. */
export async function readPrediction(
  exchange: Exchange,
  bodies: BodyLimits,
  { path, client }: { path: WorkerPath; client: string | null },
): Promise<PredictRequest> {
  const { requestId } = exchange;
  const body = await exchange.readBody(bodies);
  const contentType = exchange.header("content-type") ?? "";
  const jsonBytes = path === "v2/infer" ? jsonBytesOf(exchange, body) : null;
  return { path, contentType, requestId, client, body, jsonBytes };
}

/** Answers with a prediction. */
export function sendPrediction(exchange: Exchange, answer: ReplicaAnswer): void {
  if (answer.jsonBytes !== undefined) exchange.set(JSON_BYTES_HEADER, answer.jsonBytes);
  exchange.send(answer);
}

function jsonBytesOf(exchange: Exchange, body: Buffer): number | null {
  const given = exchange.header("inference-header-content-length");
  if (given === undefined) return null;
  const bytes = Number(given);
  if (Number.isInteger(bytes) && bytes >= 0 && bytes <= body.length) return bytes;
  throw new AppError(
    "invalid_input",
    `The header ${JSON_BYTES_HEADER} must say how many bytes of the body are JSON, from 0 to ${body.length}.`,
  );
}

function text(status: number, body: string) {
  return { status, contentType: "text/plain; charset=utf-8", body };
}

function noRoute(): AppError {
  return new AppError(
    "not_found",
    "There is nothing here. Predictions are asked with POST /deployment/<id>/invocations; GET /deployment/<id>/openapi.json tells the rest.",
  );
}
