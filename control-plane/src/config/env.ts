/** The names of the environment variables that the control plane reads. Nothing else in it touches `process.env`. */
export function readEnvironment(environment: NodeJS.ProcessEnv) {
  return {
    home: environment.SLIPWAY_HOME,
    host: environment.SLIPWAY_HOST,
    port: environment.SLIPWAY_PORT,
    endpointPort: environment.SLIPWAY_ENDPOINT_PORT,
    endpointOrigin: environment.SLIPWAY_ENDPOINT_ORIGIN,
    origin: environment.SLIPWAY_ORIGIN,
    databaseUrl: environment.DATABASE_URL,
    adminPassword: environment.SLIPWAY_ADMIN_PASSWORD,
    consoleFolder: environment.SLIPWAY_CONSOLE_FOLDER,
    awaitSetup: environment.SLIPWAY_AWAIT_SETUP,
    aliasPollSeconds: environment.SLIPWAY_ALIAS_POLL_SECONDS,
    aliasQuietSeconds: environment.SLIPWAY_ALIAS_QUIET_SECONDS,
    metricsToken: environment.SLIPWAY_METRICS_TOKEN || undefined,
    logLevel: environment.SLIPWAY_LOG_LEVEL,
  };
}
export type EnvironmentValues = ReturnType<typeof readEnvironment>;
