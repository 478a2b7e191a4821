/**
 * The keeper of stamps: in the MLflow of each group that asks for it, the versions that are served carry a tag that says by what.
 *
 * What is served and what it has stamped are read anew each time, so that nothing can stay lost; now and then every stamp is
 * looked at, because people change tags too. An MLflow that is slow, down or read-only holds up nothing, and no deployment
 * depends on any of it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@slipway/contracts/errors";
import { isSameMlflow } from "#domain/mlflow.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { deleteStamp } from "#store/version-stamp-store.ts";
import type { Logger } from "#telemetry/logger.ts";
import { placeKey, readStampPlaces, type StampPlace, toStampWork } from "./stamp-plan.ts";
import { isRefusal, type KnownStamps, stampRegistry } from "./stamp-registry.ts";

const LOOK_MS = 3_000;
/** How often every stamp is looked at in MLflow, and an MLflow that refuses stamps is tried again, in ms. */
const VERIFY_MS = 10 * 60_000;
/** While MLflow is down, a group waits twice as long each time, from the first to the second, in ms. */
const RETRY_MS_MIN = 3_000;
const RETRY_MS_MAX = 60_000;
/** So often an MLflow that its group has left is tried while it is down, which takes some 20 minutes; then its stamps stay there. */
const LEFT_ATTEMPTS_MAX = 20;
/** A round that waits for MLflow is not waited for any longer at the end. */
const STOP_MS_MAX = 2_000;

export interface StampPorts {
  operations: Pick<OperationPorts, "database" | "registry" | "sealingKey" | "now">;
  logger: Logger;
}

export interface StampKeeper {
  /** Why a group's MLflow has refused stamps; null when it takes them, or was not asked. */
  problem(group: string): string | null;
  /** One look, and the rounds that it makes due, to their end. */
  look(): Promise<void>;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** What is remembered of a group in one MLflow; all of it may be lost. */
interface Memory {
  known: KnownStamps;
  verifiedAtMs: number;
  /** When the binding was changed that failures are of. */
  boundAtMs: number;
  retryAtMs: number;
  failures: number;
  busy: Promise<void> | null;
}

interface State {
  memories: Map<string, Memory>;
  problems: Map<string, string>;
}

export function createStampKeeper(ports: StampPorts): StampKeeper {
  const state: State = { memories: new Map(), problems: new Map() };
  const ended = () => Promise.all([...state.memories.values()].map(({ busy }) => busy));
  return {
    problem: (group) => state.problems.get(group) ?? null,
    async look() {
      await startRounds(ports, state);
      await ended();
    },
    async run(signal) {
      // Another control plane may have held the lease meanwhile.
      state.memories.clear();
      while (!signal.aborted) {
        await startRounds(ports, state).catch((error: unknown) =>
          ports.logger.error({ err: error }, "could not look which versions are served; it is tried again"),
        );
        await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
      await Promise.race([ended(), sleep(STOP_MS_MAX, undefined, { ref: false })]);
    },
  };
}

/** Starts a round in each place where one is due. */
async function startRounds(ports: StampPorts, state: State): Promise<void> {
  const places = await readStampPlaces(ports.operations);
  forget(state, places);
  const nowMs = ports.operations.now().getTime();
  for (const place of places) {
    const memory = state.memories.get(placeKey(place)) ?? newMemory();
    state.memories.set(placeKey(place), memory);
    const boundAtMs = place.record?.updatedAt.getTime() ?? 0;
    if (memory.boundAtMs !== boundAtMs) Object.assign(memory, { boundAtMs, retryAtMs: 0, failures: 0 });
    if (memory.busy !== null || nowMs < memory.retryAtMs) continue;
    // Two that set the same tag at once make MLflow fail.
    const sharing = places.filter((other) => other !== place && isSameMlflow(other.place, place.place));
    const before = sharing.map((other) => state.memories.get(placeKey(other))?.busy);
    memory.busy = Promise.all(before)
      .then(() => round(ports, state, { place, places, memory }))
      .catch((error: unknown) =>
        ports.logger.error({ err: error, group: place.group }, "a round of stamps failed; it is tried again"),
      )
      .finally(() => {
        memory.busy = null;
      });
  }
}

function newMemory(): Memory {
  return { known: new Map(), verifiedAtMs: 0, boundAtMs: 0, retryAtMs: 0, failures: 0, busy: null };
}

/** Lets go of what is remembered of places that are done with. */
function forget({ memories, problems }: State, places: StampPlace[]): void {
  const keys = new Set(places.map(placeKey));
  const groups = new Set(places.flatMap(({ group, record }) => (record === null ? [] : group)));
  for (const [key, { busy }] of memories) if (!keys.has(key) && busy === null) memories.delete(key);
  for (const group of problems.keys()) if (!groups.has(group)) problems.delete(group);
}

interface Round {
  place: StampPlace;
  /** All places: groups may share an MLflow. */
  places: StampPlace[];
  memory: Memory;
}

async function round(
  ports: StampPorts,
  { problems }: State,
  { place, places, memory }: Round,
): Promise<void> {
  const { operations } = ports;
  const startedAtMs = operations.now().getTime();
  const verifies = startedAtMs - memory.verifiedAtMs >= VERIFY_MS;
  if (verifies) memory.known.clear();
  try {
    await stampRegistry(operations, await toStampWork(operations, place, places), memory.known);
  } catch (error) {
    const failure = AppError.from(error);
    if (failure.code !== "mlflow_unreachable") throw error;
    await waitOut(ports, problems, { place, memory, failure });
    return;
  }
  if (verifies) memory.verifiedAtMs = startedAtMs;
  memory.failures = 0;
  if (place.record !== null) problems.delete(place.group);
}

interface Failed {
  place: StampPlace;
  memory: Memory;
  failure: AppError;
}

/** Nobody is troubled with it: it is said once, and tried again, the seldomer the less that is likely to help. */
async function waitOut(
  { operations, logger }: StampPorts,
  problems: Map<string, string>,
  { place: { group, record, place, rows }, memory, failure }: Failed,
): Promise<void> {
  memory.failures += 1;
  const refused = isRefusal(failure);
  const waitMs = refused ? VERIFY_MS : Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (memory.failures - 1));
  memory.retryAtMs = operations.now().getTime() + waitMs;
  if (record === null) {
    if (!refused && memory.failures < LEFT_ATTEMPTS_MAX) return;
    for (const row of rows) await deleteStamp(operations.database, row);
    logger.info(
      { group, trackingUri: place.trackingUri },
      `stamps stay in an MLflow that the group has left: ${failure.message}`,
    );
    return;
  }
  if (!refused) return;
  const problem = describeRefusal(failure);
  if (problems.get(group) !== problem) logger.info({ group }, `versions are not stamped: ${problem}`);
  problems.set(group, problem);
}

/** MLflow's errors are worded for those who read. */
function describeRefusal({ details, message }: AppError): string {
  return details.cause === "forbidden"
    ? "MLflow does not let the tracking credentials set tags (403). Use an account that may edit registered models, or turn this off."
    : message;
}
