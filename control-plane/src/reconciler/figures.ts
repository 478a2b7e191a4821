/** Keeps what the data plane tells of its minutes, and forgets those that nobody can ask for any more. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@slipway/contracts/errors";
import type { Runtime } from "#runtimes/runtime.ts";
import type { Database } from "#store/database.ts";
import { deleteMinutesBefore, newestMinute, saveMinutes } from "#store/figures-store.ts";
import type { Logger } from "#telemetry/logger.ts";

export interface FiguresPorts {
  database: Database;
  runtime: Pick<Runtime, "minutes">;
  logger: Logger;
  now: () => Date;
}

const POLL_MS = 15_000;
/** The newest minutes are asked for once more: they went on when they were kept. */
const OVERLAP_MS = 120_000;
/** A week and a day, so that a week can be shown at any time of the day. */
const KEPT_MS = 8 * 86_400_000;
const REMOVED_MAX = 5_000;

/** Runs until the signal aborts. It holds nothing: after a restart, here or there, the next look takes what was missed. */
export async function keepFigures(ports: FiguresPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await keepOnce(ports).catch((err: unknown) => {
      // That the data plane is away is told by the reconciler's loop.
      if (AppError.from(err).code === "data_plane_unreachable") return;
      ports.logger.error(
        { err },
        "the minutes of the data plane could not be kept; the next look takes them",
      );
    });
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** One look. @throws AppError `data_plane_unreachable`, or a driver error. */
export async function keepOnce({ database, runtime, now }: Omit<FiguresPorts, "logger">): Promise<void> {
  const newest = await newestMinute(database);
  // A clock that was ahead once must not hide what comes now.
  const newestMs = newest === null ? null : Math.min(newest.getTime(), now().getTime());
  const after = newestMs === null ? null : new Date(newestMs - OVERLAP_MS);
  await saveMinutes(database, await runtime.minutes(after));
  await deleteMinutesBefore(database, new Date(now().getTime() - KEPT_MS), REMOVED_MAX);
}
