/**
 * What the environment of `slipway` says, read once. Nothing else in the CLI reads `process.env` for settings.
 */
import { resolve } from "node:path";
import { z } from "zod";
import { Refusal } from "#terminal/refusal.ts";

const portSchema = z.coerce.number().int().min(1).max(65_535);
const emptyAsUnset = (value: unknown) => (value === "" ? undefined : value);

const environmentSchema = z.object({
  SLIPWAY_HOME: z.preprocess(emptyAsUnset, z.string().default(".slipway")),
  SLIPWAY_HOST: z.preprocess(emptyAsUnset, z.string().default("127.0.0.1")),
  SLIPWAY_PORT: z.preprocess(emptyAsUnset, portSchema.default(8080)),
  SLIPWAY_ENDPOINT_PORT: z.preprocess(emptyAsUnset, portSchema.default(8081)),
  SLIPWAY_MLFLOW_PORT: z.preprocess(emptyAsUnset, portSchema.optional()),
  SLIPWAY_ADMIN_PASSWORD: z.preprocess(emptyAsUnset, z.string().optional()),
  DATABASE_URL: z.preprocess(emptyAsUnset, z.string().optional()),
});

export interface Settings {
  /** Absolute path of the folder that holds all state. */
  home: string;
  host: string;
  port: number;
  endpointPort: number;
  mlflowPort: number | undefined;
  adminPassword: string | undefined;
  databaseUrl: string | undefined;
}

/**
 * Reads the settings.
 * @throws Refusal naming the variable that does not hold what it should.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Refusal(`The environment is not valid.\n${lines.join("\n")}`);
  }
  const values = parsed.data;
  return {
    home: resolve(values.SLIPWAY_HOME),
    host: values.SLIPWAY_HOST,
    port: values.SLIPWAY_PORT,
    endpointPort: values.SLIPWAY_ENDPOINT_PORT,
    mlflowPort: values.SLIPWAY_MLFLOW_PORT,
    adminPassword: values.SLIPWAY_ADMIN_PASSWORD,
    databaseUrl: values.DATABASE_URL,
  };
}
