import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { type HomePaths, makeHome } from "#config/home.ts";
import { runCommand } from "#setup/run-command.ts";
import { endOrphans } from "#supervisor/process-record.ts";
import { SupervisedProcess } from "#supervisor/supervised-process.ts";
import { DATABASE, postgresEnvironment, provideCluster } from "./cluster.ts";
import { type PostgresPlace, placePostgres } from "./place.ts";
import { postgresProcess } from "./postgres-process.ts";

/** Runs `work` on a fresh home whose parents only root may pass, as below /root. */
async function withHome(work: (paths: HomePaths, place: PostgresPlace) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-postgres-"));
  const paths = makeHome(join(folder, "home"));
  const place = await placePostgres(paths.home);
  try {
    await provideCluster(paths.home, place);
    await work(paths, place);
  } finally {
    rmSync(dirname(place.data), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

function server({ home, run, logs }: HomePaths, place: PostgresPlace, warnings: string[]): SupervisedProcess {
  return new SupervisedProcess(postgresProcess(home, place), {
    run,
    logs,
    warn: (text) => warnings.push(text),
  });
}

test("PostgreSQL heals after a kill, and stops clean", async () => {
  await withHome(async (paths, place) => {
    const warnings: string[] = [];
    const postgres = server(paths, place, warnings);
    await postgres.start();
    process.kill(postgres.pid as number, "SIGKILL");
    await vi.waitFor(() => expect(warnings).toContain("postgres is back"), { timeout: 60_000 });
    await postgres.stop();
    expect(readFileSync(join(paths.logs, "postgres.log"), "utf8")).toContain("database system is shut down");
  });
});

test("a pid file whose number now belongs to another process does not keep PostgreSQL from starting", async () => {
  await withHome(async (paths, place) => {
    const pidFile = join(place.data, "postmaster.pid");
    writeFileSync(pidFile, `${process.pid}\n${place.data}\n`);
    const postgres = server(paths, place, []);
    await postgres.start();
    await postgres.stop();
  });
});

test("the password is in a file that only its owner reads, and a lost one is replaced", async () => {
  await withHome(async (paths, place) => {
    const passwordFile = join(paths.home, "postgres-password");
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
    const first = readFileSync(passwordFile, "utf8");
    rmSync(passwordFile);
    const { url, created } = await provideCluster(paths.home, place);
    expect(created).toBe(false);
    expect(url).toContain(readFileSync(passwordFile, "utf8"));
    expect(url).not.toContain(first);
  });
});

test("nothing of PostgreSQL can be reached over the network, and its data is private", async () => {
  await withHome(async (paths, place) => {
    expect(postgresProcess(paths.home, place).command).toContain("listen_addresses=");
    expect(statSync(place.data).mode & 0o077).toBe(0);
    expect(statSync(dirname(place.data)).mode & 0o077).toBe(0);
  });
});

test("a half-made data folder is made anew", async () => {
  await withHome(async (paths, place) => {
    rmSync(place.data, { recursive: true });
    await runCommand(["mkdir", `${place.data}.partial`], { purpose: "test" });
    appendFileSync(join(`${place.data}.partial`, "PG_VERSION"), "18\n");
    expect((await provideCluster(paths.home, place)).created).toBe(true);
    const version = await runCommand([place.programs.postgres, "-D", place.data, "-C", "data_directory"], {
      purpose: "test",
      user: place.user,
      environment: postgresEnvironment,
      workingFolder: "/",
    });
    expect(version).toBe(place.data);
    expect(DATABASE).toBe("slipway");
    expect(await endOrphans(paths, ["postgres"])).toEqual([]);
  });
});
