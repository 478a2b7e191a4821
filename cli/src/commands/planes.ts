/** How the two planes are run, and what each may know: only the control plane gets the database and the first password. */
import { join } from "node:path";
import { repositoryRoot } from "#config/home.ts";
import type { Settings } from "#config/settings.ts";
import type { ProcessSpec, SupervisedProcess } from "#supervisor/supervised-process.ts";

const GRACE_MS = 20_000;

export interface ControlPlaneOptions {
  databaseUrl: string;
  consoleFolder: string;
  adminPassword: string | undefined;
  /** The plane is ready for others only once it was told that the set-up is done. */
  awaitSetup: boolean;
  onReady: (self: SupervisedProcess) => void;
}

/** The supervised process of the control plane. */
export function controlPlaneProcess(settings: Settings, options: ControlPlaneOptions): ProcessSpec {
  const { databaseUrl, consoleFolder, adminPassword, awaitSetup, onReady } = options;
  return {
    ...planeProcess("control-plane"),
    environment: {
      ...planeEnvironment(settings),
      DATABASE_URL: databaseUrl,
      SLIPWAY_CONSOLE_FOLDER: consoleFolder,
      ...(adminPassword === undefined ? {} : { SLIPWAY_ADMIN_PASSWORD: adminPassword }),
      ...(awaitSetup ? { SLIPWAY_AWAIT_SETUP: "1" } : {}),
    },
    onReady,
  };
}

/** The supervised process of the data plane. */
export function dataPlaneProcess(
  settings: Settings,
  { python, uv }: { python: string; uv: string },
): ProcessSpec {
  return {
    ...planeProcess("data-plane"),
    environment: { ...planeEnvironment(settings), SLIPWAY_PYTHON: python, SLIPWAY_UV: uv },
  };
}

function planeProcess(name: "control-plane" | "data-plane"): Omit<ProcessSpec, "environment"> {
  return {
    name,
    command: [process.execPath, join(repositoryRoot, name, "src", "main.ts")],
    ready: "message",
    stopSignal: "SIGTERM",
    graceMs: GRACE_MS,
    workingFolder: repositoryRoot,
  };
}

function planeEnvironment(settings: Settings): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, SLIPWAY_ADMIN_PASSWORD: _password, ...inherited } = process.env;
  return {
    ...inherited,
    NODE_ENV: "production",
    SLIPWAY_HOME: settings.home,
    SLIPWAY_HOST: settings.host,
    SLIPWAY_PORT: String(settings.port),
    SLIPWAY_ENDPOINT_PORT: String(settings.endpointPort),
  };
}
