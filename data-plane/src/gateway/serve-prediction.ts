/** One prediction for a caller: asked, counted, marked with the revision that answered, and mirrored where a shadow is tried. */
import type { ServerResponse } from "node:http";
import { AppError } from "@slipway/contracts/errors";
import type { Endpoints, PredictRequest, ReplicaAnswer } from "#agent/replica-pool.ts";
import type { Logger } from "#telemetry/logger.ts";
import type { Meter } from "./meter.ts";
import { mirror } from "./mirror.ts";
import { type Choice, type PredictLimits, predict } from "./predict.ts";
import type { Tally } from "./tally.ts";

export interface PredictionPorts {
  endpoints: Endpoints;
  limits: PredictLimits;
  tally: Tally;
  meter: Meter;
  logger: Logger;
}

/** Tells callers which revision answered, and the rollout that was running meanwhile. */
const REVISION_HEADER = "X-Slipway-Revision";
const ROLLOUT_HEADER = "X-Slipway-Rollout";

/** @throws AppError with the code for the caller, or what `gone` was aborted with. */
export async function servePrediction(
  { endpoints, limits, tally, meter, logger }: PredictionPorts,
  id: string,
  { request, response, gone }: { request: PredictRequest; response: ServerResponse; gone: AbortSignal },
): Promise<ReplicaAnswer> {
  let choice: Choice | null = null;
  const chosen = (made: Choice) => {
    choice = made;
    response.setHeader(REVISION_HEADER, made.revision);
    if (made.rollout === null) response.removeHeader(ROLLOUT_HEADER);
    else response.setHeader(ROLLOUT_HEADER, made.rollout);
  };
  const began = performance.now();
  try {
    const answer = await predict(endpoints, id, request, { limits, gone, chosen });
    const latencyMs = performance.now() - began;
    if (choice !== null) countServed({ tally, meter }, { id, choice, latencyMs, answer });
    const endpoint = endpoints.find(id);
    if (endpoint !== undefined) {
      mirror(endpoint, tally, { request, answer: answer.body }).catch((err: unknown) =>
        logger.error({ err }, "a mirrored request could not be compared"),
      );
    }
    return answer;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (choice === null) countUnserved({ tally, meter }, { id, endpoints, response });
    else countRefusal({ tally, meter }, { id, choice, error, began });
    throw error;
  }
}

type Counters = Pick<PredictionPorts, "tally" | "meter">;

function countServed(
  { tally, meter }: Counters,
  { id, choice, latencyMs, answer }: { id: string; choice: Choice; latencyMs: number; answer: ReplicaAnswer },
): void {
  tally.answered(id, choice, { outcome: "served", latencyMs, body: answer.body });
  meter.answered(id, choice.revision, { outcome: "served", latencyMs, queuedMs: 0 });
  // A frame holds one request: its answer is the whole batch.
  meter.batch(id, choice.revision, answer.batch);
}

/** Nobody could take it: the answer tells the rollout that counts it, and no revision. */
function countUnserved(
  { tally, meter }: Counters,
  { id, endpoints, response }: { id: string; endpoints: Endpoints; response: ServerResponse },
): void {
  const endpoint = endpoints.find(id);
  if (endpoint === undefined) return;
  tally.unserved(id, endpoint.rollout);
  meter.unserved(id);
  if (endpoint.rollout !== null) response.setHeader(ROLLOUT_HEADER, endpoint.rollout);
}

function countRefusal(
  { tally, meter }: Counters,
  { id, choice, error, began }: { id: string; choice: Choice; error: AppError; began: number },
): void {
  const outcome = error.status < 500 && error.status !== 429 ? "refused" : "failed";
  const latencyMs = performance.now() - began;
  tally.answered(id, choice, { outcome, latencyMs, body: null });
  meter.answered(id, choice.revision, { outcome, latencyMs, queuedMs: 0 });
}
