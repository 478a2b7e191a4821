/** Carries one admitted request to a replica and brings back its answer. */
import { AppError } from "@slipway/contracts/errors";
import {
  type Endpoint,
  type Endpoints,
  type PredictRequest,
  type ReplicaAnswer,
  ReplicaLostError,
  type ServingRevision,
} from "#agent/replica-pool.ts";
import { chooseRevision } from "./choose.ts";
import type { Exchange } from "./exchange.ts";
import type { Lines } from "./lines.ts";

/** Who takes a request, and the rollout that is running meanwhile. */
export interface Choice {
  revision: number;
  rollout: number | null;
  /** Two revisions share the requests now. */
  contested: boolean;
}

export interface PredictOptions {
  endpoints: Endpoints;
  lines: Lines;
  requestTimeoutMs: number;
  /** Whose caller may go away. */
  exchange: Pick<Exchange, "whenGone">;
  /** Called before the request is handed over; again when it is offered to another revision or replica. */
  chosen: (choice: Choice) => void;
}

/** A prediction, and how long its request waited for a replica. */
export interface Prediction {
  answer: ReplicaAnswer;
  queuedMs: number;
}

/** How often a request that was never begun is offered anew. */
const ATTEMPTS_MAX = 3;

/**
 * Predicts with a replica of the endpoint. A request is offered again if the first replica certainly never got it, or, once,
 * if the deployment says that its model may be asked twice.
 * @throws AppError with the code for the caller, or CallerGoneError.
 */
export async function predict(
  id: string,
  request: PredictRequest,
  options: PredictOptions,
): Promise<Prediction> {
  const { endpoints, requestTimeoutMs, chosen } = options;
  const deadlineMs = performance.now() + requestTimeoutMs;
  let mayAskTwice = true;
  for (let attempt = 1; ; attempt += 1) {
    const endpoint = findEndpoint(endpoints, id);
    const revision = pickRevision(endpoint);
    chosen({ revision: revision.number, rollout: endpoint.rollout, contested: isContested(endpoint) });
    try {
      const prediction = await ask(id, request, { ...options, deadlineMs, revision: revision.number });
      const { answer } = prediction;
      // The status comes from a process that runs the model's code: only what a worker may answer is passed on.
      if (answer.code === undefined && answer.status === 200) return prediction;
      throw new AppError(
        answer.code ?? "model_failed",
        answer.detail ?? "The model failed without a message. Its log has more.",
      );
    } catch (error) {
      if (!(error instanceof ReplicaLostError)) throw error;
      const again = error.written ? revision.idempotent && mayAskTwice : attempt < ATTEMPTS_MAX;
      if (!again) throw lost(error);
      if (error.written) mayAskTwice = false;
    }
  }
}

/** @throws AppError `deployment_not_found`. */
export function findEndpoint(endpoints: Endpoints, id: string): Endpoint {
  const endpoint = endpoints.find(id);
  if (endpoint !== undefined) return endpoint;
  throw new AppError(
    "deployment_not_found",
    "There is no deployment with this id here. Check the URL; a deployment that was just made appears after a moment.",
  );
}

/** The revision that takes the next request. @throws AppError `replica_unavailable`. */
export function pickRevision(endpoint: Endpoint): ServingRevision {
  const revision = chooseRevision(endpoint.revisions, Math.random());
  if (revision !== undefined) return revision;
  throw new AppError(
    "replica_unavailable",
    endpoint.revisions.length === 0
      ? "The deployment is stopped or has no version in service. Start it, then try again."
      : "No replica of this deployment is ready. It is starting or recovering; try again in a few seconds.",
  );
}

function ask(
  id: string,
  request: PredictRequest,
  { lines, exchange, deadlineMs, revision }: PredictOptions & { deadlineMs: number; revision: number },
): Promise<Prediction> {
  return new Promise((resolve, reject) => {
    const entry = lines.of(id, revision).ask(request, deadlineMs, (outcome, queuedMs) => {
      if (outcome instanceof Error) reject(outcome);
      else resolve({ answer: outcome, queuedMs });
    });
    exchange.whenGone((reason) => entry.abandon(reason));
  });
}

function isContested({ revisions }: Endpoint): boolean {
  let able = 0;
  for (const { weight } of revisions) if (weight > 0) able += 1;
  return able > 1;
}

function lost(cause: unknown): AppError {
  return new AppError(
    "replica_unavailable",
    "The replica stopped while it worked on this request. It is being restarted; whether the request took effect is not known.",
    { cause },
  );
}
