/**
 * One supervisor a plane and home. The lock is SQLite's own file lock, which the kernel drops when its holder dies, so
 * there is nothing stale to clean up.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Refusal } from "#terminal/refusal.ts";

export type Plane = "control" | "data";

/** What is locked, so that no lock goes with the garbage: an open database that nobody refers to is closed. */
const held = new Set<DatabaseSync>();

/**
 * Locks `home` for the given planes until disposed, or until this process ends.
 * @throws Refusal when another supervisor has it.
 */
export function lockHome({ home, run }: { home: string; run: string }, planes: readonly Plane[]): Disposable {
  const stack = new DisposableStack();
  try {
    for (const plane of planes) stack.adopt(lockPlane({ home, run }, plane), unlock);
  } catch (error) {
    stack.dispose();
    throw error;
  }
  return stack;
}

function lockPlane({ home, run }: { home: string; run: string }, plane: Plane): DatabaseSync {
  const holderPath = join(run, `${plane}.holder`);
  const database = new DatabaseSync(join(run, `${plane}.lock`), { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new Refusal(
      `Slipway already runs on ${home} (process ${readFileSync(holderPath, "utf8")}). ` +
        "Stop it first, or set SLIPWAY_HOME to another folder.",
      { cause: error },
    );
  }
  writeFileSync(holderPath, String(process.pid));
  held.add(database);
  return database;
}

function unlock(database: DatabaseSync): void {
  held.delete(database);
  database.close();
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked/.test(error.message);
}
