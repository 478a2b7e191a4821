/** A database of its own for one test file, on the shared server. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { connectDatabase } from "#store/database.ts";

declare module "vitest" {
  export interface ProvidedContext {
    databaseUrl: string;
  }
}

/** An empty database on the shared server, with the schema as it is now. */
export async function useDatabase() {
  const url = inject("databaseUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  await server.query(`create database ${name}`);
  await server.end();
  // The host may stand in the query because it is a socket's folder.
  const own = url.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
  const connection = await connectDatabase(own, () => undefined);
  return { database: connection.database, close: () => connection[Symbol.asyncDispose]() };
}
