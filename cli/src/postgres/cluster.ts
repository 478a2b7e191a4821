/** Makes PostgreSQL's data folder on first use, with a password that only Slipway's own user can read. */
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "#setup/run-command.ts";
import type { PostgresPlace } from "./place.ts";

export const DATABASE = "slipway";
const ROLE = "slipway";
const PASSWORD_BYTES = 24;

/** PostgreSQL needs none of the caller's environment. */
export const postgresEnvironment = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** Makes sure that the data folder is there and the password works; returns the URL to connect to. */
export async function provideCluster(
  home: string,
  place: PostgresPlace,
  signal?: AbortSignal,
): Promise<{ url: string; created: boolean }> {
  const passwordPath = join(home, "postgres-password");
  const known = existsSync(passwordPath);
  if (!known) {
    writeFileSync(passwordPath, randomBytes(PASSWORD_BYTES).toString("base64url"), { mode: 0o600 });
  }
  const password = readFileSync(passwordPath, "utf8");
  const created = !existsSync(place.data);
  if (created) await initialise(place, password, signal);
  else if (!known)
    await runSingleUser(place, place.data, `ALTER ROLE ${ROLE} PASSWORD '${password}'`, signal);
  const host = encodeURIComponent(place.sockets);
  return { url: `postgresql://${ROLE}:${password}@localhost/${DATABASE}?host=${host}`, created };
}

/** Works in a folder beside the final one, which therefore is either whole or absent. */
async function initialise(place: PostgresPlace, password: string, signal?: AbortSignal): Promise<void> {
  const { data, user, programs } = place;
  const partial = `${data}.partial`;
  const passwordFile = `${data}.password`;
  rmSync(partial, { recursive: true, force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
    await runCommand(
      [
        programs.initdb,
        `--pgdata=${partial}`,
        `--username=${ROLE}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
      ],
      { purpose: "Making the database", signal, user, environment: postgresEnvironment, workingFolder: "/" },
    );
    await runSingleUser(place, partial, `CREATE DATABASE ${DATABASE}`, signal);
    renameSync(partial, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Runs one statement without a server. The words are Slipway's own, never a caller's. */
async function runSingleUser(
  { programs, user }: PostgresPlace,
  data: string,
  statement: string,
  signal?: AbortSignal,
): Promise<void> {
  await runCommand([programs.postgres, "--single", "-D", data, "postgres"], {
    purpose: "Preparing the database",
    input: `${statement}\n`,
    signal,
    user,
    environment: postgresEnvironment,
    workingFolder: "/",
  });
}
