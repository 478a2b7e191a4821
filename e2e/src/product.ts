/**
 * The product as users have it: control plane and data plane as supervised processes on ports of their own, a database of
 * their own on the shared PostgreSQL, a group bound to an MLflow. Tests talk to it over HTTP only.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { controlPlaneProcess, dataPlaneProcess } from "@slipway/cli/commands/planes";
import { makeHome, repositoryRoot } from "@slipway/cli/config/home";
import type { Settings } from "@slipway/cli/config/settings";
import { nextFreePort } from "@slipway/cli/setup/ports";
import type { SupervisedProcess } from "@slipway/cli/supervisor/supervised-process";
import { Supervisor } from "@slipway/cli/supervisor/supervisor";
import {
  injectedBuilds,
  keepBuilds,
  lendBuilds,
  type WhoseBuilds,
} from "@slipway/data-plane/shared-builds.test-kit";
import pg from "pg";
import { inject } from "vitest";
import { Api } from "./api.ts";
import type {} from "./fixtures/provided-context.ts";

export const ADMIN_PASSWORD = "a password for tests";
export const GROUP = "demo";

export interface Product extends AsyncDisposable {
  settings: Settings;
  origin: string;
  endpointOrigin: string;
  /** The API with the administrator's token. */
  api: Api;
  controlPlane: SupervisedProcess;
  dataPlane: SupervisedProcess;
}

export interface ProductOptions {
  /** Absent: the shared, seeded MLflow. Null: the group stays unbound. */
  mlflowUri?: string | null;
  /** More variables for both planes. */
  environment?: Record<string, string>;
  builds?: WhoseBuilds;
}

/** Starts a product of its own; disposing of it ends every process and removes its folder. */
export async function startProduct({
  mlflowUri = inject("mlflowUri"),
  environment = {},
  builds: whose = "shared",
}: ProductOptions = {}): Promise<Product> {
  await using undo = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  undo.defer(() => rmSync(home, { recursive: true, force: true }));
  const builds = injectedBuilds(whose);
  lendBuilds(home, builds);
  undo.defer(() => keepBuilds(home, builds));
  const databaseUrl = await createDatabase();
  const base = 30_000 + (process.pid % 1_000) * 20;
  const port = await nextFreePort("127.0.0.1", base);
  const endpointPort = await nextFreePort("127.0.0.1", port + 1);
  const settings: Settings = {
    home,
    host: "127.0.0.1",
    port,
    endpointPort,
    mlflowPort: undefined,
    adminPassword: ADMIN_PASSWORD,
    databaseUrl,
  };
  const warnings: string[] = [];
  const supervisor = undo.use(new Supervisor({ ...makeHome(home), warn: (text) => warnings.push(text) }));
  const spec = controlPlaneProcess(settings, {
    databaseUrl,
    consoleFolder: join(repositoryRoot, "console", "dist"),
    adminPassword: ADMIN_PASSWORD,
    awaitSetup: false,
    onReady: () => undefined,
  });
  const dataSpec = dataPlaneProcess(settings, { python: inject("python"), uv: inject("uv") });
  const [controlPlane, dataPlane] = await Promise.all([
    supervisor.start({ ...spec, environment: { ...spec.environment, ...environment } }),
    supervisor.start({ ...dataSpec, environment: { ...dataSpec.environment, ...environment } }),
  ]);
  const origin = `http://127.0.0.1:${port}`;
  const api = await Api.signIn(origin, "admin", ADMIN_PASSWORD);
  await api.post("/groups", { name: GROUP });
  if (mlflowUri !== null) await api.put(`/groups/${GROUP}/mlflow`, { trackingUri: mlflowUri });
  const kept = undo.move();
  return {
    settings,
    origin,
    endpointOrigin: `http://127.0.0.1:${endpointPort}`,
    api,
    controlPlane,
    dataPlane,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Makes an empty database on the shared server and returns its URL. */
async function createDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const url = inject("databaseUrl");
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  try {
    await connection.query(`create database ${name}`);
  } finally {
    await connection.end();
  }
  return withDatabase(url, name);
}

/** Also for URLs whose host stands in the query because it is a socket's folder. */
function withDatabase(url: string, name: string): string {
  return url.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}
