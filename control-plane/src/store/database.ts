/** The connection to PostgreSQL: a pool, migrations on start, transactions, and change notices between control planes. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import * as deployments from "./schema.ts";
import * as identity from "./schema-identity.ts";

const schema = { ...identity, ...deployments };

export type Database = NodePgDatabase<typeof schema>;
/** A database or an open transaction on it. */
export type Queryable = Database | Parameters<Parameters<Database["transaction"]>[0]>[0];

export interface DatabaseConnection extends AsyncDisposable {
  database: Database;
  pool: pg.Pool;
}

const MIGRATIONS_FOLDER = new URL("./migrations", import.meta.url).pathname;
/** Any constant; it only has to differ from our other advisory locks. */
const MIGRATION_LOCK = 7_214_001;
const POOL_CONNECTIONS_MAX = 20;
/** Reading columns of 100,000 versions, each model's in order, takes this much; and compiling a query takes longer than running it. */
const SETTINGS = "set work_mem = '32MB'; set jit = off";

/**
 * Connects and brings the schema up to date; several control planes may do so at once, one migrates and the others wait.
 * @throws Error of the driver when PostgreSQL cannot be reached or a migration fails.
 */
export async function connectDatabase(
  url: string,
  onIdleError: (error: Error) => void,
): Promise<DatabaseConnection> {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_CONNECTIONS_MAX,
    connectionTimeoutMillis: 10_000,
    onConnect: (connection) => connection.query(SETTINGS),
  });
  pool.on("error", onIdleError);
  const database = drizzle(pool, { schema });
  await migrateOnce(pool);
  return {
    database,
    pool,
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}

async function migrateOnce(pool: pg.Pool): Promise<void> {
  const connection = await pool.connect();
  try {
    await connection.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await migrate(drizzle(connection, { schema }), { migrationsFolder: MIGRATIONS_FOLDER });
  } finally {
    await connection.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => undefined);
    connection.release();
  }
}

/** The SQLSTATE of a failed statement, through whatever wrapped it; null for other errors. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? null : sqlState(error.cause);
}

/** SQLSTATE of a row that exists already. */
export const UNIQUE_VIOLATION = "23505";

/** SQLSTATE of a row that others still refer to. */
export const FOREIGN_KEY_VIOLATION = "23503";
