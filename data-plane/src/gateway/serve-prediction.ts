/** One prediction for a caller: asked, counted, marked with the revision that answered, and mirrored where a shadow is tried. */
import { AppError } from "@slipway/contracts/errors";
import type { Endpoints, PredictRequest, ReplicaAnswer } from "#agent/replica-pool.ts";
import type { Logger } from "#telemetry/logger.ts";
import type { Exchange } from "./exchange.ts";
import type { Lines } from "./lines.ts";
import type { Meter } from "./meter.ts";
import { mirror } from "./mirror.ts";
import { type Choice, predict } from "./predict.ts";
import type { BodyLimits } from "./read-body.ts";
import type { Tally } from "./tally.ts";

export interface PredictionPorts {
  endpoints: Endpoints;
  lines: Lines;
  requestTimeoutMs: number;
  tally: Tally;
  meter: Meter;
  logger: Logger;
  bodies: BodyLimits;
}

/** Tells callers which revision answered, and the rollout that was running meanwhile. */
const REVISION_HEADER = "X-Slipway-Revision";
const ROLLOUT_HEADER = "X-Slipway-Rollout";

/** @throws AppError with the code for the caller, or CallerGoneError. */
export async function servePrediction(
  ports: PredictionPorts,
  id: string,
  request: PredictRequest,
  exchange: Exchange,
): Promise<ReplicaAnswer> {
  const { endpoints, tally, logger, bodies } = ports;
  let choice: Choice | null = null;
  const began = performance.now();
  const chosen = (made: Choice) => {
    choice = made;
    exchange.set(REVISION_HEADER, made.revision);
    exchange.set(ROLLOUT_HEADER, made.rollout);
  };
  try {
    const { answer, queuedMs } = await predict(id, request, { ...ports, exchange, chosen });
    const latencyMs = performance.now() - began;
    if (choice !== null) countServed(ports, { id, choice, latencyMs, queuedMs, answer });
    const endpoint = endpoints.find(id);
    // Nobody mirrors it, and no socket writes from it any more.
    if (answer.isWritten && endpoint?.rollout === null) bodies.space.buffers.giveBack(request.body);
    mirror(endpoint, tally, { request, answer: answer.body }).catch((err: unknown) =>
      logger.error({ err }, "a mirrored request could not be compared"),
    );
    return answer;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (choice === null) countUnserved(ports, { id, endpoints, exchange });
    else countRefusal(ports, { id, choice, error, latencyMs: performance.now() - began });
    throw error;
  }
}

type Counters = Pick<PredictionPorts, "tally" | "meter">;

function countServed(
  { tally, meter }: Counters,
  {
    id,
    choice,
    latencyMs,
    queuedMs,
    answer,
  }: { id: string; choice: Choice; latencyMs: number; queuedMs: number; answer: ReplicaAnswer },
): void {
  tally.answered(id, choice, { outcome: "served", latencyMs, body: answer.body });
  meter.answered(id, choice.revision, { outcome: "served", latencyMs, queuedMs });
}

/** Nobody could take it: the answer tells the rollout that counts it, and no revision. */
function countUnserved(
  { tally, meter }: Counters,
  { id, endpoints, exchange }: { id: string; endpoints: Endpoints; exchange: Exchange },
): void {
  const endpoint = endpoints.find(id);
  if (endpoint === undefined) return;
  tally.unserved(id, endpoint.rollout);
  meter.unserved(id);
  exchange.set(ROLLOUT_HEADER, endpoint.rollout);
}

function countRefusal(
  { tally, meter }: Counters,
  { id, choice, error, latencyMs }: { id: string; choice: Choice; error: AppError; latencyMs: number },
): void {
  const outcome = error.status < 500 && error.status !== 429 ? "refused" : "failed";
  tally.answered(id, choice, { outcome, latencyMs, body: null });
  meter.answered(id, choice.revision, { outcome, latencyMs, queuedMs: 0 });
}
