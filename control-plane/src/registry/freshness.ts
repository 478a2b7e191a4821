/** How fresh a list is that comes out of the index. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@slipway/contracts/errors";

/** A list that can be shown from the index waits no longer for MLflow, in ms. */
const LOOK_MS_MAX = 1_500;

/** When MLflow was asked last, and why it could not be asked now: a list is then as it was. */
export interface Freshness {
  asOf: string;
  unreachable: AppError | null;
}

/**
 * Waits for a look at MLflow, though not for long. Returns why MLflow did not answer, null when it did or takes its time.
 * @throws whatever else the look throws.
 */
export async function orStale(look: Promise<unknown>): Promise<AppError | null> {
  const waiting = new AbortController();
  try {
    await Promise.race([look, sleep(LOOK_MS_MAX, undefined, { signal: waiting.signal })]);
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === "mlflow_unreachable") return error;
    throw error;
  } finally {
    waiting.abort();
    // What comes later is told to the next who asks.
    look.catch(() => undefined);
  }
}
