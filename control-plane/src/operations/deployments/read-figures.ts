/** What a deployment did over time: the minutes that are kept, and the newest ones as the data plane itself tells them. */
import type { DeploymentFigures, figuresQuerySchema } from "@slipway/contracts/api/figures";
import { AppError } from "@slipway/contracts/errors";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Minutes } from "@slipway/contracts/observation";
import type { z } from "zod";
import {
  figuresOf,
  neededFromMs,
  type RevisionMinuteRecord,
  type Stretch,
  stretchOf,
} from "#domain/figures.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { minutesSince } from "#store/figures-store.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";

/** What is older than this has been kept long since. */
const NEWEST_MS = 5 * 60_000;

/** @throws AppError `group_not_found`, `deployment_not_found`. */
export async function readFigures(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  { window, revision }: z.infer<typeof figuresQuerySchema>,
): Promise<DeploymentFigures> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  const stretch = stretchOf(window, ports.now().getTime());
  const { minutes, live } = await readMinutes(ports, id, stretch);
  const byRevision = Map.groupBy(minutes, (minute) => minute.revision);
  const wanted = revision === undefined ? minutes : (byRevision.get(revision) ?? []);
  const { points, summary } = figuresOf(wanted, stretch);
  const revisions = [...byRevision]
    .sort(([a], [b]) => b - a)
    .map(([number, own]) => ({ revision: number, ...figuresOf(own, stretch).summary }));
  return {
    window,
    stepSeconds: stretch.stepMs / 1000,
    from: new Date(stretch.fromMs).toISOString(),
    to: new Date(stretch.toMs).toISOString(),
    live,
    summary,
    revisions,
    points,
  };
}

/** In the order of time. What both tell is taken from the data plane: it may have counted more since. */
async function readMinutes(
  { database, runtime }: OperationPorts,
  id: DeploymentId,
  stretch: Stretch,
): Promise<{ minutes: RevisionMinuteRecord[]; live: boolean }> {
  const [kept, newest] = await Promise.all([
    minutesSince(database, id, new Date(neededFromMs(stretch))),
    newestMinutes(runtime, id, new Date(stretch.nowMs - NEWEST_MS)),
  ]);
  if (newest === null) {
    const minutes = kept.map(({ minute, revision, figures }) => ({
      minuteMs: minute.getTime(),
      revision,
      figures,
    }));
    return { minutes, live: false };
  }
  const { epoch } = newest;
  const told = new Map(newest.minutes.map((each) => [`${each.revision} ${Date.parse(each.minute)}`, each]));
  const older = kept.filter(
    (each) => each.epoch !== epoch || !told.has(`${each.revision} ${each.minute.getTime()}`),
  );
  const minutes = [
    ...older.map(({ minute, revision, figures }) => ({ minuteMs: minute.getTime(), revision, figures })),
    ...newest.minutes.map(({ minute, revision, figures }) => ({
      minuteMs: Date.parse(minute),
      revision,
      figures,
    })),
  ];
  return { minutes: minutes.sort((a, b) => a.minuteMs - b.minuteMs), live: true };
}

/** Null while the data plane does not answer: what is kept is shown then. */
async function newestMinutes(
  runtime: OperationPorts["runtime"],
  id: DeploymentId,
  after: Date,
): Promise<Minutes | null> {
  try {
    return await runtime.minutes(after, id);
  } catch (error) {
    if (error instanceof AppError && error.code === "data_plane_unreachable") return null;
    throw error;
  }
}
