/** The demo's MLflow: a real server with SQLite and proxied artifacts, on a port that is remembered. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { readMarker } from "#setup/fingerprint.ts";
import { bindProblem, nextFreePort, requireFreePort } from "#setup/ports.ts";
import type { ProcessSpec } from "#supervisor/supervised-process.ts";

const HOST = "127.0.0.1";
const FIRST_PORT = 5000;
const GRACE_MS = 10_000;
const PROBE_MS_MAX = 2_000;

export interface MlflowServer {
  folder: string;
  port: number;
  /** What clients connect to. */
  uri: string;
}

/** Chooses the port: the one that was asked for, else last time's, else the next free one. */
export async function placeMlflow(folder: string, wanted: number | undefined): Promise<MlflowServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const marker = join(folder, "port");
  const remembered = Number(readMarker(marker) ?? FIRST_PORT);
  let port = wanted ?? remembered;
  if (wanted !== undefined) await requireFreePort(HOST, wanted, "SLIPWAY_MLFLOW_PORT");
  else if ((await bindProblem(HOST, port)) !== undefined) port = await nextFreePort(HOST, FIRST_PORT);
  writeFileSync(marker, String(port));
  return { folder, port, uri: mlflowUri(port) };
}

/** The address of a demo MLflow on `port`. */
export function mlflowUri(port: number): string {
  return `http://${HOST}:${port}`;
}

/** True when `uri` is one that a demo's MLflow could have had, so that the demo may move its own binding. */
export function isDemoMlflowUri(uri: string): boolean {
  return /^http:\/\/127\.0\.0\.1:\d+\/?$/.test(uri);
}

/** The supervised process of the server; a demo has few callers, so that one worker will do. */
export function mlflowProcess(
  server: MlflowServer,
  python: string,
  home: string,
  { workers = 1 } = {},
): ProcessSpec {
  const { folder, port, uri } = server;
  return {
    name: "mlflow",
    command: [
      python,
      "-m",
      "mlflow",
      "server",
      "--host",
      HOST,
      "--port",
      String(port),
      "--workers",
      String(workers),
      "--backend-store-uri",
      `sqlite:///${join(folder, "mlflow.db")}`,
      "--serve-artifacts",
      "--artifacts-destination",
      join(folder, "artifacts"),
    ],
    environment: { ...mlflowEnvironment(), SLIPWAY_HOME: home, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false" },
    ready: () => answers(`${uri}/health`),
    stopSignal: "SIGTERM",
    graceMs: GRACE_MS,
    workingFolder: folder,
  };
}

/** The caller's environment without what would point MLflow elsewhere, or tell it Slipway's secrets. */
export function mlflowEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(MLFLOW_|SLIPWAY_|DATABASE_URL$|PYTHONPATH$|PYTHONHOME$|VIRTUAL_ENV$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    PYTHONUNBUFFERED: "1",
    MLFLOW_DISABLE_TELEMETRY: "true",
    DO_NOT_TRACK: "true",
  };
}

/** True once the sample models of this folder have been registered whole. */
export function isSeeded({ folder }: MlflowServer): boolean {
  return existsSync(join(folder, "seeded"));
}

/** Notes that the sample models are registered. */
export function markSeeded({ folder }: MlflowServer): void {
  writeFileSync(join(folder, "seeded"), "");
}

async function answers(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(PROBE_MS_MAX) });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false; // not listening yet
  }
}
