/** Builds every long-lived object once, in order. Nobody imports this but `main.ts`. */
import { dataPlaneSocket } from "@slipway/contracts/data-plane-api";
import { type Auth, createAuth, emailOf } from "#access/auth.ts";
import { authenticate } from "#access/principals.ts";
import { requestSignInToken } from "#access/sessions.ts";
import { createUser } from "#access/users.ts";
import { createApi } from "#api/server.ts";
import type { Config } from "#config/config.ts";
import { readSecrets } from "#config/secrets.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { withLease } from "#reconciler/lease.ts";
import { reconcile } from "#reconciler/loop.ts";
import { createRegistry } from "#registry/registry.ts";
import { createLocalRuntime } from "#runtimes/local/runtime.ts";
import { createChangeFeed } from "#store/change-feed.ts";
import { connectDatabase, type Database } from "#store/database.ts";
import { listUsers } from "#store/user-store.ts";
import type { Logger } from "#telemetry/logger.ts";

const ADMINISTRATOR = "admin";

export interface Context {
  /** Serves and reconciles until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Makes a one-time sign-in token for the first administrator. */
  createSignInToken(): Promise<string>;
  /** Lets `/readyz` say yes. */
  completeSetup(): void;
}

/** @throws when the database cannot be reached or the port is taken. */
export async function createContext(
  config: Config,
  logger: Logger,
  onListening: () => void,
): Promise<Context> {
  const now = () => new Date();
  const secrets = readSecrets(config.home);
  const connection = await connectDatabase(config.databaseUrl, (error) =>
    logger.warn({ err: error }, "an idle connection to PostgreSQL broke"),
  );
  const { database } = connection;
  const tokens = new Map<string, string>();
  const auth = createAuth({
    database,
    origin: config.origin,
    secret: secrets.sessionSecret,
    onSignInToken: (email, token) => void tokens.set(email, token),
  });
  await ensureAdministrator(auth, database, config, logger);
  const runtime = createLocalRuntime(dataPlaneSocket(config.home));
  const feed = createChangeFeed(config.databaseUrl, (error) =>
    logger.warn({ err: error }, "the change feed broke; it reconnects"),
  );
  const registry = createRegistry({ logger });
  const operations: OperationPorts = {
    database,
    registry,
    runtime,
    sealingKey: secrets.sealingKey,
    endpointOrigin: config.endpointOrigin,
    now,
  };
  let setUp = !config.awaitSetup;
  const api = await createApi({
    operations,
    auth,
    authenticate: (headers) => authenticate({ auth, database, now }, headers),
    subscribe: (listener) => feed.subscribe(listener),
    ready: async () =>
      setUp &&
      (await connection.pool.query("select 1").then(
        () => true,
        () => false,
      )),
    logger,
    origin: config.origin,
    consoleFolder: config.consoleFolder,
  });

  return {
    async run(signal) {
      const onError = (error: unknown) =>
        logger.error({ err: error }, "the reconciler lost its lease; it takes it again");
      const running = Promise.all([
        feed.run(signal),
        withLease(config.databaseUrl, signal, {
          work: (held) => reconcile({ database, runtime, feed, logger, now }, held),
          onError,
        }),
      ]);
      await api.listen({ host: config.host, port: config.port });
      onListening();
      await running;
      await api.close();
      await registry.close();
      await connection[Symbol.asyncDispose]();
    },
    async createSignInToken() {
      await requestSignInToken(auth, ADMINISTRATOR);
      const token = tokens.get(emailOf(ADMINISTRATOR));
      if (token === undefined) throw new Error("the sign-in library made no token");
      return token;
    },
    completeSetup() {
      setUp = true;
    },
  };
}

/** Makes the first administrator on an empty database. */
async function ensureAdministrator(
  auth: Auth,
  database: Database,
  { adminPassword }: Config,
  logger: Logger,
): Promise<void> {
  if ((await listUsers(database)).length > 0) return;
  if (adminPassword === undefined) {
    throw new Error(
      "SLIPWAY_ADMIN_PASSWORD is missing: it becomes the password of the first administrator, 'admin'",
    );
  }
  await createUser(auth, { username: ADMINISTRATOR, password: adminPassword, administrator: true });
  logger.info({ username: ADMINISTRATOR }, "made the first administrator");
}
