/** Of several control planes on one database, one reconciles: the holder of a PostgreSQL advisory lock. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** Any constant; it only has to differ from our other advisory locks. */
const RECONCILER_LOCK = 7_214_002;
const RETRY_MS = 1_000;

/**
 * Waits for the lease, then runs `work` under a signal that aborts when the lease is lost or `signal` aborts; then waits again.
 * The lock belongs to a connection of its own: PostgreSQL frees it when this process dies.
 */
export async function withLease(
  databaseUrl: string,
  signal: AbortSignal,
  { work, onError }: { work: (signal: AbortSignal) => Promise<void>; onError: (error: unknown) => void },
): Promise<void> {
  while (!signal.aborted) {
    await tryOnce(databaseUrl, signal, work).catch(onError);
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function tryOnce(
  databaseUrl: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const connection = new pg.Client({ connectionString: databaseUrl, keepAlive: true });
  const lost = new AbortController();
  connection.on("error", () => lost.abort());
  connection.on("end", () => lost.abort());
  try {
    await connection.connect();
    const { rows } = await connection.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [
      RECONCILER_LOCK,
    ]);
    if (rows[0]?.held !== true) return;
    await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    await connection.end().catch(() => undefined);
  }
}
