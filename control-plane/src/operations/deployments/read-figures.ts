/** What a deployment did over time: the minutes that are kept, and the newest ones as the data plane itself tells them. */
import type { DeploymentFigures, figuresQuerySchema } from "@slipway/contracts/api/figures";
import { AppError } from "@slipway/contracts/errors";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Minutes } from "@slipway/contracts/observation";
import type { z } from "zod";
import { neededFromMs, pointsOf, stretchOf, summaryOf } from "#domain/figures.ts";
import type { Principal } from "#domain/principal.ts";
import type { RevisionMinuteRecord, Stretch } from "#domain/standing-replicas.ts";
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
  const revisions = [...byRevision]
    .sort(([a], [b]) => b - a)
    .map(([number, own]) => ({ revision: number, ...summaryOf(own, stretch) }));
  return {
    window,
    stepSeconds: stretch.stepMs / 1000,
    from: new Date(stretch.fromMs).toISOString(),
    to: new Date(stretch.toMs).toISOString(),
    live,
    summary: summaryOf(wanted, stretch),
    revisions,
    points: pointsOf(wanted, stretch),
  };
}

/** In the order of time. The newest minutes are taken from the data plane: it may have counted more since they were kept. */
async function readMinutes(
  { database, runtime }: OperationPorts,
  id: DeploymentId,
  stretch: Stretch,
): Promise<{ minutes: RevisionMinuteRecord[]; live: boolean }> {
  const told = new Date(stretch.nowMs - NEWEST_MS);
  const [kept, newest] = await Promise.all([
    minutesSince(database, id, new Date(neededFromMs(stretch))),
    newestMinutes(runtime, id, told),
  ]);
  const minutes = kept
    .filter(({ epoch, minute }) => epoch !== newest?.epoch || minute <= told)
    .map(({ revision, minute, figures }) => ({ revision, minuteMs: minute.getTime(), figures }));
  for (const { revision, minute, figures } of newest?.minutes ?? []) {
    minutes.push({ revision, minuteMs: Date.parse(minute), figures });
  }
  return { minutes: minutes.sort((a, b) => a.minuteMs - b.minuteMs), live: newest !== null };
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
