/** Carries one admitted request to a replica and brings back its answer. */
import { AppError } from "@slipway/contracts/errors";
import {
  type Endpoint,
  type Endpoints,
  type PredictRequest,
  type ReplicaAnswer,
  ReplicaLostError,
  type ServingReplica,
} from "#agent/replica-pool.ts";
import { chooseReplica, chooseRevision } from "./choose.ts";

export interface PredictLimits {
  /** Requests that one replica may hold, the one being answered included. */
  inFlightMax: number;
  requestTimeoutMs: number;
  /** How long a request waits for a revision that is being brought back, e.g. after its worker died. */
  holdMs: number;
  /** Requests of one endpoint that may wait at the same time. */
  heldMax: number;
}

/** Who takes a request, and the rollout that is running meanwhile. */
export interface Choice {
  revision: number;
  rollout: number | null;
  /** Two revisions share the requests now. */
  contested: boolean;
}

export interface PredictOptions {
  limits: PredictLimits;
  /** Aborts when the caller goes away. */
  gone: AbortSignal;
  /** Called before the request is handed over; again when it is offered to another replica. */
  chosen: (choice: Choice) => void;
}

/** How often a request that was never written is offered to another replica. */
const ATTEMPTS_MAX = 3;
const held = new Map<string, number>();

/**
 * Predicts with a replica of the endpoint. A request is offered again only if the first replica certainly never got it.
 * @throws AppError with the code for the caller, or what `gone` was aborted with.
 */
export async function predict(
  endpoints: Endpoints,
  id: string,
  request: PredictRequest,
  { limits, gone, chosen }: PredictOptions,
): Promise<ReplicaAnswer> {
  const deadline = AbortSignal.timeout(limits.requestTimeoutMs);
  const signal = AbortSignal.any([deadline, gone]);
  for (let attempt = 1; ; attempt += 1) {
    const { replica, choice } = await pickOrHold(endpoints, id, limits, signal);
    chosen(choice);
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
export function pickReplica(
  endpoint: Endpoint,
  inFlightMax: number,
): { replica: ServingReplica; choice: Choice } {
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
  if (replica !== undefined) {
    const contested = endpoint.revisions.filter(({ weight }) => weight > 0).length > 1;
    return { replica, choice: { revision: revision.number, rollout: endpoint.rollout, contested } };
  }
  throw new AppError(
    "too_many_requests",
    "All replicas of this deployment are busy and their queues are full. Try again in a moment, or add replicas.",
  );
}

/** As {@link pickReplica}, but waits, within bounds, while what serves is being brought back. */
async function pickOrHold(
  endpoints: Endpoints,
  id: string,
  { inFlightMax, holdMs, heldMax }: PredictLimits,
  signal: AbortSignal,
): Promise<{ replica: ServingReplica; choice: Choice }> {
  const endpoint = findEndpoint(endpoints, id);
  if (!mayHold(endpoint) || (held.get(id) ?? 0) >= heldMax) return pickReplica(endpoint, inFlightMax);
  held.set(id, (held.get(id) ?? 0) + 1);
  try {
    const until = performance.now() + holdMs;
    for (let left = holdMs; left > 0; left = until - performance.now()) {
      await endpoints.changed(left, signal);
      if (signal.aborted) break;
      const now = findEndpoint(endpoints, id);
      if (!mayHold(now)) return pickReplica(now, inFlightMax);
    }
    return pickReplica(findEndpoint(endpoints, id), inFlightMax);
  } finally {
    const rest = (held.get(id) ?? 1) - 1;
    if (rest === 0) held.delete(id);
    else held.set(id, rest);
  }
}

/** Nobody can answer now, but somebody who could is coming back. */
function mayHold({ revisions }: Endpoint): boolean {
  return (
    chooseRevision(revisions, 0) === undefined &&
    revisions.some(({ weight, recovering }) => weight > 0 && recovering)
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
