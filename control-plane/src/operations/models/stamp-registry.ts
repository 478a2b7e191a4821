/** One round over the stamps of a group in one MLflow: what is wanted and what stands there become the same. */
import { AppError } from "@slipway/contracts/errors";
import { stampKey, type WantedStamp } from "#domain/version-stamp.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { RegistryBinding } from "#registry/binding.ts";
import { deleteStamp, type StampRecord, saveStamp } from "#store/version-stamp-store.ts";

/** What a group stamps, or has stamped, in one MLflow. */
export interface StampWork {
  binding: RegistryBinding;
  /** By {@link stampKey}. */
  wanted: Map<string, WantedStamp>;
  /** What stands there as far as is known; more than is wanted is taken away. */
  rows: StampRecord[];
  /** What another group has in the same MLflow: its tag is left there. */
  keptByOthers: Set<string>;
}

/** The values that MLflow is known to have, by {@link stampKey}. It may be empty: everything is then looked at anew. */
export type KnownStamps = Map<string, string>;

/**
 * Level-triggered and idempotent. A row is saved before MLflow is written to and deleted after, so that what was begun is ended
 * after a crash. @throws AppError `mlflow_unreachable`.
 */
export async function stampRegistry(
  { database, registry, now }: Pick<OperationPorts, "database" | "registry" | "now">,
  { binding, wanted, rows, keptByOthers }: StampWork,
  known: KnownStamps,
): Promise<void> {
  const place = { groupName: binding.group, trackingUri: binding.trackingUri, workspace: binding.workspace };
  for (const row of rows) {
    const key = stampKey(row);
    if (wanted.has(key)) continue;
    if (!keptByOthers.has(key)) await registry.stamps.remove(binding, row);
    known.delete(key);
    await deleteStamp(database, row);
  }
  for (const [key, stamp] of wanted) {
    if (known.get(key) === stamp.value) continue;
    const { modelName, number, value } = stamp;
    const row = { ...place, modelName, number, value, stampedAt: now() };
    await saveStamp(database, row);
    // What is no longer in MLflow may go on serving here: there is nothing to stamp.
    if (!(await registry.stamps.put(binding, stamp))) await deleteStamp(database, row);
    known.set(key, value);
  }
}

/** Whether MLflow answers, but does not let itself be written to. */
export function isRefusal(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    error.code === "mlflow_unreachable" &&
    ["unauthorized", "forbidden", "not_mlflow", "other"].includes(error.details.cause ?? "")
  );
}
