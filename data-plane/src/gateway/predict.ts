/** Carries one admitted request to a replica and brings back its answer. */
import { setTimeout as delay } from "node:timers/promises";
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
  /** Requests of one endpoint that may wait at the same time, and the size of their bodies together. */
  heldMax: number;
  heldBytesMax: number;
}

/** Who takes a request, and the rollout that is running meanwhile. */
export interface Choice {
  revision: number;
  rollout: number | null;
  /** Two revisions share the requests now. */
  contested: boolean;
}

interface Picked {
  replica: ServingReplica;
  choice: Choice;
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
/** How soon one who waits for a place looks again. */
const PLACE_POLL_MS = 50;
/** Who waits at which endpoint. A line stays open for a while after the last one had to wait for a replica. */
const lines = new Map<string, { count: number; bytes: number; openUntilMs: number }>();

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
    const { replica, choice } = await pickOrHold(endpoints, id, request, { limits, signal });
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
export function pickReplica(endpoint: Endpoint, inFlightMax: number): Picked {
  const picked = draw(endpoint, inFlightMax);
  if (picked === "nobody") {
    throw new AppError(
      "replica_unavailable",
      endpoint.revisions.length === 0
        ? "The deployment is stopped or has no version in service. Start it, then try again."
        : "No replica of this deployment is ready. It is starting or recovering; try again in a few seconds.",
    );
  }
  if (picked === "no place") {
    throw new AppError(
      "too_many_requests",
      "All replicas of this deployment are busy and their queues are full. Try again in a moment, or add replicas.",
    );
  }
  return picked;
}

function draw(endpoint: Endpoint, inFlightMax: number): Picked | "nobody" | "no place" {
  const revision = chooseRevision(endpoint.revisions, Math.random());
  if (revision === undefined) return "nobody";
  const replica = chooseReplica(revision.replicas, inFlightMax);
  if (replica === undefined) return "no place";
  const contested = endpoint.revisions.filter(({ weight }) => weight > 0).length > 1;
  return { replica, choice: { revision: revision.number, rollout: endpoint.rollout, contested } };
}

/**
 * As {@link pickReplica}, but waits, within bounds, while what serves is being brought back, and then for a place: those
 * who have waited come all at once, and who comes soon after stands in line with them.
 */
async function pickOrHold(
  endpoints: Endpoints,
  id: string,
  { body }: PredictRequest,
  { limits, signal }: { limits: PredictLimits; signal: AbortSignal },
): Promise<Picked> {
  const { inFlightMax, holdMs, heldMax, heldBytesMax } = limits;
  const line = lines.get(id) ?? { count: 0, bytes: 0, openUntilMs: 0 };
  const endpoint = findEndpoint(endpoints, id);
  const beganMs = performance.now();
  const holds = mayHold(endpoint) || beganMs < line.openUntilMs;
  const fits = line.count < heldMax && line.bytes + body.length <= heldBytesMax;
  if (!holds || !fits) return pickReplica(endpoint, inFlightMax);
  lines.set(id, line);
  line.count += 1;
  line.bytes += body.length;
  try {
    while (performance.now() < beganMs + holdMs && !signal.aborted) {
      const now = findEndpoint(endpoints, id);
      const picked = draw(now, inFlightMax);
      if (typeof picked === "object") return picked;
      if (picked === "no place") await delay(PLACE_POLL_MS);
      else if (mayHold(now)) {
        line.openUntilMs = performance.now() + holdMs;
        await endpoints.changed(beganMs + holdMs - performance.now(), signal);
      } else break;
    }
    return pickReplica(findEndpoint(endpoints, id), inFlightMax);
  } finally {
    line.count -= 1;
    line.bytes -= body.length;
    if (line.count === 0 && performance.now() >= line.openUntilMs) lines.delete(id);
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
