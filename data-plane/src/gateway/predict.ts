/** Carries one admitted request to a replica and brings back its answer. */
import { AppError } from "@slipway/contracts/errors";
import {
  type Endpoint,
  type Endpoints,
  type PredictRequest,
  type ReplicaAnswer,
  ReplicaLostError,
} from "#agent/replica-pool.ts";
import { chooseReplica, chooseRevision } from "./choose.ts";

export interface PredictLimits {
  /** Requests that one replica may hold, the one being answered included. */
  inFlightMax: number;
  requestTimeoutMs: number;
}

/** How often a request that was never written is offered to another replica. */
const ATTEMPTS_MAX = 3;

/**
 * Predicts with a replica of the endpoint. A request is offered again only if the first replica certainly never got it.
 * @throws AppError with the code for the caller, or what `gone` was aborted with.
 */
export async function predict(
  endpoints: Endpoints,
  id: string,
  request: PredictRequest,
  { limits, gone }: { limits: PredictLimits; gone: AbortSignal },
): Promise<ReplicaAnswer> {
  const deadline = AbortSignal.timeout(limits.requestTimeoutMs);
  const signal = AbortSignal.any([deadline, gone]);
  for (let attempt = 1; ; attempt += 1) {
    const replica = pickReplica(findEndpoint(endpoints, id), limits.inFlightMax);
    try {
      const answer = await replica.predict(request, signal);
      // The status comes from a process that runs the model's code: only what a worker may answer is passed on.
      if (answer.code === undefined && answer.status === 200) return answer;
      throw new AppError(
        answer.code ?? "model_failed",
        answer.detail ?? "The model failed without a message. Its log has more.",
      );
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (deadline.aborted) throw timedOut(limits.requestTimeoutMs, error);
      if (!(error instanceof ReplicaLostError)) throw error;
      if (error.written || attempt >= ATTEMPTS_MAX) throw lost(error);
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

/** @throws AppError `replica_unavailable` or `too_many_requests`. */
export function pickReplica(endpoint: Endpoint, inFlightMax: number) {
  const revision = chooseRevision(endpoint.revisions, Math.random());
  if (revision === undefined) {
    throw new AppError(
      "replica_unavailable",
      endpoint.revisions.length === 0
        ? "The deployment is stopped or has no version in service. Start it, then try again."
        : "No replica of this deployment is ready. It is starting or recovering; try again in a few seconds.",
    );
  }
  const replica = chooseReplica(revision.replicas, inFlightMax);
  if (replica !== undefined) return replica;
  throw new AppError(
    "too_many_requests",
    "All replicas of this deployment are busy and their queues are full. Try again in a moment, or add replicas.",
  );
}

function timedOut(timeoutMs: number, cause: unknown): AppError {
  return new AppError(
    "model_timed_out",
    `The model did not answer within ${Math.round(timeoutMs / 1000)} s. Send fewer rows per request, or look at the replica's log.`,
    { cause },
  );
}

function lost(cause: unknown): AppError {
  return new AppError(
    "replica_unavailable",
    "The replica stopped while it worked on this request. It is being restarted; whether the request took effect is not known.",
    { cause },
  );
}
