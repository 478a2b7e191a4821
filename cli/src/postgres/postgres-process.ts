/** How PostgreSQL is run: on a Unix socket only, supervised, healed after a kill. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandLine, isAlive } from "#supervisor/process-table.ts";
import type { ProcessSpec } from "#supervisor/supervised-process.ts";
import { terminateGroup } from "#supervisor/terminate.ts";
import { postgresEnvironment } from "./cluster.ts";
import type { PostgresPlace } from "./place.ts";

const PID_LINE = 0;
const STATUS_LINE = 7;
const GRACE_MS = 20_000;
/** Taken as it is used. PostgreSQL keeps a table that is read whole up to a quarter of it: 100,000 versions with 40 values each. */
const SHARED_BUFFERS = "384MB";

/** The supervised process of the cluster in `place`. SIGINT is PostgreSQL's fast, clean stop. */
export function postgresProcess(home: string, place: PostgresPlace): ProcessSpec {
  const { programs, data, sockets, user } = place;
  const settings = [
    "listen_addresses=",
    `unix_socket_directories=${sockets}`,
    "unix_socket_permissions=0700",
    "port=5432",
    "log_timezone=UTC",
    `shared_buffers=${SHARED_BUFFERS}`,
  ];
  return {
    name: "postgres",
    command: [programs.postgres, "-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    environment: { ...postgresEnvironment, SLIPWAY_HOME: home },
    ready: async (pid) => {
      const lines = pidFileLines(data);
      return lines[PID_LINE] === String(pid) && lines[STATUS_LINE]?.trim() === "ready";
    },
    stopSignal: "SIGINT",
    graceMs: GRACE_MS,
    workingFolder: "/",
    user,
    prepare: () => healPidFile(place),
  };
}

/**
 * Ends a server that an earlier supervisor left on this data folder, and drops the pid file of one that was killed:
 * PostgreSQL takes it for a running server when another process of the same user has got its number since.
 */
async function healPidFile({ data, sockets }: PostgresPlace): Promise<void> {
  const pid = Number(pidFileLines(data)[PID_LINE]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const words = isAlive(pid) ? commandLine(pid) : [];
  if (words === undefined) return; // the system does not tell: PostgreSQL's own check decides
  if (words.includes(data)) await terminateGroup(pid, "SIGINT", GRACE_MS);
  for (const stale of [join(data, "postmaster.pid"), join(sockets, ".s.PGSQL.5432.lock")]) {
    rmSync(stale, { force: true });
  }
}

function pidFileLines(data: string): string[] {
  const path = join(data, "postmaster.pid");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
}
