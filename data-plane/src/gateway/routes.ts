/** What the paths of an endpoint mean: MLflow's scoring protocol, Open Inference Protocol V2, Seldon V1, OpenAPI. Pure. */
import type { WorkerPath } from "@slipway/contracts/frame";

export type Ask =
  | "ping"
  | "version"
  | "openapi"
  | "v2"
  | "v2 live"
  | "v2 ready"
  | "v2 model"
  | "v2 model ready";

/** A prediction, or a question about the endpoint. `model` and `version` are those of a V2 path. */
export type Route = { id: string; model?: string; version?: string } & (
  | { kind: "predict"; path: WorkerPath }
  | { kind: "ask"; ask: Ask }
);

const ENDPOINT = /^\/deployment\/([a-z0-9-]{1,63})\/(.+)$/;
const V2_MODEL = /^v2\/models\/([^/]{1,300})(?:\/versions\/([^/]{1,100}))?(?:\/(ready|infer))?$/;

const PREDICTIONS: Record<string, WorkerPath> = {
  invocations: "invocations",
  "api/v1.0/predictions": "seldon/predictions",
};
const ASKS: Record<string, Ask> = {
  ping: "ping",
  health: "ping",
  version: "version",
  "openapi.json": "openapi",
  v2: "v2",
  "v2/": "v2",
  "v2/health/live": "v2 live",
  "v2/health/ready": "v2 ready",
};

/** The route of a request; undefined when there is none. */
export function routeOf(method: string | undefined, path: string): Route | undefined {
  const [, id, rest] = ENDPOINT.exec(path) ?? [];
  if (id === undefined || rest === undefined) return undefined;
  const predicts = Object.hasOwn(PREDICTIONS, rest) ? PREDICTIONS[rest] : undefined;
  if (predicts !== undefined) return method === "POST" ? { id, kind: "predict", path: predicts } : undefined;
  const ask = Object.hasOwn(ASKS, rest) ? ASKS[rest] : undefined;
  if (ask !== undefined) return method === "GET" ? { id, kind: "ask", ask } : undefined;
  return v2RouteOf(method, id, rest);
}

function v2RouteOf(method: string | undefined, id: string, rest: string): Route | undefined {
  const [, model, version, verb] = V2_MODEL.exec(rest) ?? [];
  if (model === undefined) return undefined;
  const named = { id, model: decode(model), ...(version === undefined ? {} : { version: decode(version) }) };
  if (verb === "infer")
    return method === "POST" ? { ...named, kind: "predict", path: "v2/infer" } : undefined;
  if (method !== "GET") return undefined;
  return { ...named, kind: "ask", ask: verb === "ready" ? "v2 model ready" : "v2 model" };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it names no model then, which is said
  }
}
