/**
 * Change notices between control planes, over LISTEN/NOTIFY: writers announce, the reconciler wakes up and the event
 * stream of every control plane tells its browsers. A lost notice costs a moment, never a change: all readers also poll.
 */
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Change, changeSchema } from "@slipway/contracts/api/deployment";
import { sql } from "drizzle-orm";
import pg from "pg";
import type { Queryable } from "./database.ts";

const CHANNEL = "slipway_change";
const RECONNECT_MS = 1_000;

/** Announces a change; inside a transaction it is sent on commit. */
export async function announce(database: Queryable, change: Change): Promise<void> {
  await database.execute(sql`select pg_notify(${CHANNEL}, ${JSON.stringify(change)})`);
}

export interface ChangeFeed {
  subscribe(listener: (change: Change) => void): Disposable;
  /** Runs until the signal aborts, reconnecting when the connection is lost. */
  run(signal: AbortSignal): Promise<void>;
}

export function createChangeFeed(databaseUrl: string, onError: (error: unknown) => void): ChangeFeed {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    subscribe(listener) {
      emitter.on("change", listener);
      return { [Symbol.dispose]: () => void emitter.off("change", listener) };
    },
    async run(signal) {
      while (!signal.aborted) {
        await listenOnce(databaseUrl, emitter, signal).catch(onError);
        await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

async function listenOnce(databaseUrl: string, emitter: EventEmitter, signal: AbortSignal): Promise<void> {
  const connection = new pg.Client({ connectionString: databaseUrl });
  const ended = new Promise<void>((resolve, reject) => {
    connection.on("error", reject);
    connection.on("end", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  connection.on("notification", ({ payload }) => {
    const change = changeSchema.safeParse(JSON.parse(payload ?? "null"));
    if (change.success) emitter.emit("change", change.data);
  });
  try {
    await connection.connect();
    await connection.query(`listen ${CHANNEL}`);
    await ended;
  } finally {
    ended.catch(() => undefined);
    await connection.end().catch(() => undefined);
  }
}
