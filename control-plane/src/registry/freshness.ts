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
 * Waits for a look at MLflow, though not for long. Returns whether it has ended, and why MLflow did not answer.
 * @throws whatever else the look throws.
 */
export async function orStale(
  look: Promise<unknown>,
): Promise<{ hasLooked: boolean; unreachable: AppError | null }> {
  const waiting = new AbortController();
  try {
    const looked = look.then(() => true);
    const late = sleep(LOOK_MS_MAX, false, { signal: waiting.signal });
    return { hasLooked: await Promise.race([looked, late]), unreachable: null };
  } catch (error) {
    if (error instanceof AppError && error.code === "mlflow_unreachable")
      return { hasLooked: false, unreachable: error };
    throw error;
  } finally {
    waiting.abort();
    // What comes later is told to the next who asks.
    look.catch(() => undefined);
  }
}
