/** The data plane's settings, typed and checked. */
import { join, resolve } from "node:path";
import { dataPlaneSocket, socketFolder } from "@slipway/contracts/data-plane-api";
import { z } from "zod";
import type { EnvironmentValues } from "./env.ts";

/** Owner of worker processes when the data plane runs as root: a number that no account of the machine has. */
const WORKER_UID_DEFAULT = 64_737;
const MIB = 1024 ** 2;

const count = z.coerce.number().int().positive();
const settingsSchema = z.object({
  home: z.string({ error: "Set SLIPWAY_HOME to the folder of all state." }).startsWith("/", {
    error: "SLIPWAY_HOME must be an absolute path.",
  }),
  host: z.string().default("127.0.0.1"),
  endpointPort: z.coerce.number().int().min(0).max(65_535).default(8081),
  python: z.string({ error: "Set SLIPWAY_PYTHON to a Python that has mlflow." }),
  uv: z.string({ error: "Set SLIPWAY_UV to the path of uv." }),
  gatewayProcesses: count.default(1),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  workerUid: count.default(WORKER_UID_DEFAULT),
  bodyBytesMax: count.default(16 * MIB),
  modelCacheBytesMax: count.default(50 * 1024 * MIB),
  requestTimeoutMs: count.default(60_000),
  loadTimeoutMs: count.default(600_000),
  smokeTestTimeoutMs: count.default(120_000),
  drainTimeoutMs: count.default(30_000),
  forTools: z.record(z.string(), z.string()),
  forWorkers: z.record(z.string(), z.string()),
});

/** Where everything of one installation lies. */
function placesOf(home: string) {
  const root = join(home, "data-plane");
  const run = socketFolder(home);
  return {
    root,
    key: join(home, "secrets.key"),
    assignments: join(root, "assignments.json"),
    outcomes: join(root, "outcomes.json"),
    environments: join(root, "environments"),
    support: join(root, "support"),
    models: join(root, "models"),
    logs: join(root, "logs"),
    scratch: join(root, "scratch"),
    uvCache: join(root, "uv-cache"),
    run,
    workers: join(run, "workers"),
    processes: join(run, "data-plane-processes"),
    socket: dataPlaneSocket(home),
    doors: join(run, "doors.sock"),
    worker: resolve(import.meta.dirname, "../../../worker"),
  };
}
export type Places = ReturnType<typeof placesOf>;
export type Config = z.infer<typeof settingsSchema> & {
  places: Places;
  /** Whose processes the workers are; null where the data plane may not choose. */
  workerUser: { uid: number; gid: number } | null;
};

/**
 * Builds the settings from the environment.
 * @throws Error in one sentence per setting that is missing or not legal.
 */
export function readConfig(values: EnvironmentValues, runsAsRoot: boolean): Config {
  const parsed = settingsSchema.safeParse(values);
  if (!parsed.success) throw new Error(parsed.error.issues.map(describeIssue).join(" "));
  const settings = parsed.data;
  return {
    ...settings,
    places: placesOf(settings.home),
    workerUser: runsAsRoot ? { uid: settings.workerUid, gid: settings.workerUid } : null,
  };
}

function describeIssue(issue: { path: PropertyKey[]; message: string }): string {
  return issue.message.includes("SLIPWAY_") ? issue.message : `${issue.path.join(".")}: ${issue.message}.`;
}
