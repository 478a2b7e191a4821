/** What an endpoint says of itself: whether it can answer, which versions, its metadata. Nothing here wakes a sleeping model. */
import { AppError } from "@slipway/contracts/errors";
import type { Endpoint, ServingRevision } from "#agent/replica-pool.ts";
import type { Answer } from "./exchange.ts";
import { modelMetadata, serverMetadata } from "./open-inference.ts";
import { endpointDocument } from "./openapi.ts";
import { pickRevision } from "./predict.ts";
import type { Route } from "./routes.ts";

/** Of Slipway itself, as V2 tells it. */
const SERVER_VERSION = "0.1.0";

/** @throws AppError `replica_unavailable`, or `not_found` for a V2 model or version that is not this one. */
export function answerQuestion(route: Extract<Route, { kind: "ask" }>, endpoint: Endpoint): Answer {
  switch (route.ask) {
    case "v2":
      return json(serverMetadata(SERVER_VERSION));
    case "v2 live":
      return json({ live: true });
    case "ping":
      able(endpoint);
      return { status: 200, contentType: "text/plain; charset=utf-8", body: "\n" };
    case "version":
      return {
        status: 200,
        contentType: "text/plain; charset=utf-8",
        body: able(endpoint).described?.mlflowVersion ?? "",
      };
    case "openapi":
      return json(endpointDocument(endpoint, able(endpoint)));
    case "v2 ready":
      able(endpoint);
      return json({ ready: true });
    case "v2 model":
      return json(modelMetadata(endpoint.id, named(route, endpoint)));
    case "v2 model ready":
      named(route, endpoint);
      return json({ name: endpoint.id, ready: true });
  }
}

/** The revision that a V2 path names. @throws AppError `not_found`. */
export function named(
  { model, version }: Pick<Route, "model" | "version">,
  endpoint: Endpoint,
): ServingRevision {
  if (model !== undefined && model !== endpoint.id) {
    throw new AppError(
      "not_found",
      `This endpoint has one model, named like the deployment: '${endpoint.id}'. Ask for /v2/models/${endpoint.id}.`,
    );
  }
  const revision = able(endpoint);
  if (version !== undefined && version !== revision.model.version) {
    throw new AppError(
      "not_found",
      `Version ${version} does not serve here now; ${revision.model.version} does. Leave the version out to ask whichever serves.`,
    );
  }
  return revision;
}

/** The one that would answer a request now. */
function able(endpoint: Endpoint): ServingRevision {
  const revision = pickRevision(endpoint);
  if (revision.replicas.length > 0 || revision.idle) return revision;
  throw new AppError(
    "replica_unavailable",
    "No replica of this deployment is ready. It is starting or recovering; try again in a few seconds.",
  );
}

function json(value: unknown): Answer {
  return { status: 200, contentType: "application/json", body: JSON.stringify(value) };
}
