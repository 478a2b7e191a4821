/** Turns environment values into a typed configuration and refuses what cannot work. */
import { resolve } from "node:path";
import { z } from "zod";
import type { EnvironmentValues } from "./env.ts";

const portSchema = z.coerce.number().int().min(0).max(65_535);
const secondsSchema = z.coerce.number().min(0.1).max(86_400);

const configSchema = z.object({
  home: z
    .string()
    .default(".slipway")
    .transform((folder) => resolve(folder)),
  host: z.string().default("127.0.0.1"),
  port: portSchema.default(8080),
  endpointPort: portSchema.default(8081),
  /** Public origins, where a proxy stands in front; made from host and port otherwise. */
  endpointOrigin: z.url().optional(),
  origin: z.url().optional(),
  databaseUrl: z.string({ error: "DATABASE_URL is missing: give the PostgreSQL to use" }),
  /** The operator's own choice for an unattended set-up: a short one is warned of, not refused. */
  adminPassword: z.string().min(1, "SLIPWAY_ADMIN_PASSWORD is empty").max(128).optional(),
  consoleFolder: z.string().optional(),
  awaitSetup: z.stringbool().default(false),
  /** How often MLflow is asked what followed aliases mean, and how long one must have meant the same to count. */
  aliasPollSeconds: secondsSchema.default(10),
  aliasQuietSeconds: secondsSchema.default(10),
  /** Who has it may read `/metrics`; without one nobody may. */
  metricsToken: z.string().min(16, "SLIPWAY_METRICS_TOKEN must have at least 16 characters").optional(),
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export type Config = Omit<z.infer<typeof configSchema>, "origin" | "endpointOrigin"> & {
  origin: string;
  endpointOrigin: string;
};

/** @throws ZodError naming the value that is missing or wrong. */
export function createConfig(values: EnvironmentValues): Config {
  const config = configSchema.parse(values);
  const host = displayHost(config.host);
  return {
    ...config,
    origin: config.origin ?? `http://${host}:${config.port}`,
    endpointOrigin: config.endpointOrigin ?? `http://${host}:${config.endpointPort}`,
  };
}

/** A wildcard address cannot be called, so links name this machine instead. */
function displayHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
