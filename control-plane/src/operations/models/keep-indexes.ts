/**
 * Keeps the registry index of each group in step with its MLflow, one step after the other. A group that is slow or down holds up
 * no other group. What is bound is read anew each time, so that nothing can stay lost.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@slipway/contracts/errors";
import { openBinding } from "#operations/groups/binding.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { IndexPass } from "#registry/indexing/index-pass.ts";
import { type BindingRecord, listBindings } from "#store/group-store.ts";
import type { Logger } from "#telemetry/logger.ts";

/** How often it is looked which groups are bound, in ms. */
const LOOK_MS = 2_000;
const PAUSE_MS_MIN = 20;
/** A step that waits for MLflow is not waited for any longer at the end. */
const STOP_MS_MAX = 2_000;
/** After a failure a group waits twice as long each time, from the first to the second, in ms. */
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;

export interface IndexPorts {
  operations: Pick<OperationPorts, "database" | "registry" | "sealingKey">;
  logger: Logger;
}

/** Runs until the signal aborts. */
export async function keepIndexes(ports: IndexPorts, signal: AbortSignal): Promise<void> {
  const kept = new Map<string, { changedAt: number; stop: AbortController; ended: Promise<void> }>();
  while (!signal.aborted) {
    const bindings = await listBindings(ports.operations.database).catch((error: unknown) => {
      ports.logger.error({ err: error }, "could not look which groups have an MLflow; it is tried again");
      return [];
    });
    const bound = new Map(bindings.map((binding) => [binding.groupName, binding]));
    for (const [group, { changedAt, stop }] of kept) {
      if (bound.get(group)?.updatedAt.getTime() === changedAt) continue;
      stop.abort();
      kept.delete(group);
    }
    for (const [group, binding] of bound) {
      if (kept.has(group)) continue;
      const stop = new AbortController();
      const ended = keepIndex(ports, binding, AbortSignal.any([signal, stop.signal]));
      kept.set(group, { changedAt: binding.updatedAt.getTime(), stop, ended });
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  const ended = Promise.all([...kept.values()].map((each) => each.ended));
  await Promise.race([ended, sleep(STOP_MS_MAX, undefined, { ref: false })]);
}

async function keepIndex(
  { operations, logger }: IndexPorts,
  record: BindingRecord,
  signal: AbortSignal,
): Promise<void> {
  const group = record.groupName;
  let pass: IndexPass | undefined;
  const step = async (): Promise<number> => {
    pass ??= operations.registry.indexPass(openBinding(record, operations.sealingKey));
    return pass.step();
  };
  let retryMs = 0;
  while (!signal.aborted) {
    const pauseMs = await step().catch((error: unknown) => {
      if (signal.aborted) return null;
      // An MLflow that is down is told once, until it answers again.
      const isDown = AppError.from(error).code === "mlflow_unreachable";
      if (!isDown)
        logger.error({ err: error, group }, "a step of the registry index failed; it is tried again");
      else if (retryMs === 0)
        logger.warn({ group }, `the registry index waits: ${AppError.from(error).message}`);
      return null;
    });
    retryMs = pauseMs === null ? Math.min(RETRY_MS_MAX, Math.max(RETRY_MS_MIN, 2 * retryMs)) : 0;
    const waitMs = Math.max(PAUSE_MS_MIN, pauseMs ?? retryMs);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}
