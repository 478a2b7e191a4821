/** A first real prediction, before anybody is sent to a worker. */
import { Failure } from "./failure.ts";
import type { PredictRequest } from "./replica-pool.ts";
import type { WorkerConnection } from "./worker-connection.ts";
import type { ReadyEvent } from "./worker-process.ts";

/** Of an answer, so much is shown. */
const ANSWER_BYTES_MAX = 400;

export interface SmokeResult {
  outcome: "done" | "skipped";
  message: string;
  /** What the model answered, cut to a line; null when it was not asked. */
  answer: string | null;
}

/**
 * Predicts with the body that the worker proposed.
 * @throws Failure `SmokeTestFailed`. A body that was only guessed from the number of features proves nothing when refused.
 */
export async function smokeTest(
  connection: WorkerConnection,
  ready: ReadyEvent,
  timeoutMs: number,
): Promise<SmokeResult> {
  const { smokeTest: proposed } = ready;
  if (proposed === null) {
    return {
      outcome: "skipped",
      message: "The model has neither an input example nor a signature. Log one to have it tried.",
      answer: null,
    };
  }
  const deadline = AbortSignal.timeout(timeoutMs);
  const request: PredictRequest = {
    path: "invocations",
    contentType: proposed.contentType,
    requestId: "smoke-test",
    client: null,
    body: Buffer.from(proposed.body),
    jsonBytes: null,
  };
  try {
    const answer = await connection.predict(request, deadline);
    if (answer.code === undefined && answer.status < 400) {
      if (ready.batching.state === "on")
        await connection.predict({ ...request, path: "batch-check" }, deadline);
      const { state, reason } = connection.batching ?? ready.batching;
      return {
        outcome: "done",
        message: `Predicted from the ${sourceOf(proposed.from)}. Batching is ${state}: ${reason}`,
        answer: answer.body.toString("utf8", 0, ANSWER_BYTES_MAX),
      };
    }
    const detail = answer.detail ?? `the worker answered ${answer.status}`;
    if (proposed.from === "model") {
      return {
        outcome: "skipped",
        message: `The model refused an input made from its feature count: ${detail}`,
        answer: null,
      };
    }
    throw new Failure("SmokeTestFailed", `Predicting from the ${sourceOf(proposed.from)} failed: ${detail}`);
  } catch (error) {
    if (!deadline.aborted) throw error;
    const seconds = Math.round(timeoutMs / 1000);
    throw new Failure("SmokeTestFailed", `The model did not answer its smoke test within ${seconds} s.`);
  }
}

function sourceOf(from: "input example" | "signature" | "model"): string {
  return from === "model" ? "model's own feature count" : from;
}
