/** Builds every long-lived object once, in order. Nobody imports this but `main.ts`. */
import { PASSWORD_CHARS_MIN } from "@slipway/contracts/api/identity";
import { dataPlaneSocket } from "@slipway/contracts/data-plane-api";
import { type Auth, createAuth, emailOf } from "#access/auth.ts";
import { authenticate } from "#access/principals.ts";
import { requestSignInToken } from "#access/sessions.ts";
import { createUser } from "#access/users.ts";
import { createApi } from "#api/server.ts";
import type { Config } from "#config/config.ts";
import { readSecrets } from "#config/secrets.ts";
import { createFollower } from "#operations/deployments/follow-aliases.ts";
import { keepIndexes } from "#operations/models/keep-indexes.ts";
import { createStampKeeper } from "#operations/models/stamp-versions.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { keepFigures } from "#reconciler/figures.ts";
import { reconcile } from "#reconciler/loop.ts";
import { createRegistry } from "#registry/registry.ts";
import { createLocalRuntime } from "#runtimes/local/runtime.ts";
import { createChangeFeed } from "#store/change-feed.ts";
import { connectDatabase, type Database } from "#store/database.ts";
import { withLease } from "#store/lease.ts";
import { listUsers } from "#store/user-store.ts";
import type { Logger } from "#telemetry/logger.ts";
import { createMetrics } from "#telemetry/metrics.ts";

const ADMINISTRATOR = "admin";

export interface Context {
  /** Serves and reconciles until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Makes a one-time sign-in token for the first administrator. */
  createSignInToken(): Promise<string>;
  /** Lets `/readyz` say yes. */
  completeSetup(): void;
}

/** @throws when the database cannot be reached or holds no administrator and none can be made. */
export async function createContext(
  config: Config,
  logger: Logger,
  onListening: () => void,
): Promise<Context> {
  const parts = await createParts(config, logger);
  let setUp = !config.awaitSetup;
  const api = await createApi({
    operations: parts.operations,
    auth: parts.auth,
    authenticate: (headers) => authenticate(parts, headers),
    subscribe: (listener) => parts.feed.subscribe(listener),
    ready: async () => setUp && (await parts.databaseAnswers()),
    logger,
    metrics: parts.metrics,
    metricsToken: config.metricsToken,
    origin: config.origin,
    consoleFolder: config.consoleFolder,
  });
  return {
    async run(signal) {
      const running = runInBackground(parts, config, signal);
      await api.listen({ host: config.host, port: config.port });
      onListening();
      await running;
      await api.close();
      await parts.close();
    },
    createSignInToken: parts.createSignInToken,
    completeSetup() {
      setUp = true;
    },
  };
}

type Parts = Awaited<ReturnType<typeof createParts>>;

async function createParts(config: Config, logger: Logger) {
  const now = () => new Date();
  const { sealingKey, sessionSecret } = readSecrets(config.home);
  const connection = await connectDatabase(config.databaseUrl, (error) =>
    logger.warn({ err: error }, "an idle connection to PostgreSQL broke"),
  );
  const { database, pool } = connection;
  const { auth, createSignInToken } = createSignIn(config, database, sessionSecret);
  await ensureAdministrator(auth, database, config, logger);
  const registry = createRegistry({ database, logger });
  const runtime = createLocalRuntime(dataPlaneSocket(config.home));
  const operations: OperationPorts = {
    database,
    registry,
    runtime,
    sealingKey,
    endpointOrigin: config.endpointOrigin,
    origin: config.origin,
    aliasesMoved: (group) => follower.wake(group),
    writeBackProblem: (group) => stamps.problem(group),
    now,
  };
  const follower = createFollower({
    operations,
    logger,
    pollMs: config.aliasPollSeconds * 1_000,
    quietMs: config.aliasQuietSeconds * 1_000,
  });
  const stamps = createStampKeeper({ operations, logger });
  const feed = createChangeFeed(config.databaseUrl, (error) =>
    logger.warn({ err: error }, "the change feed broke; it reconnects"),
  );
  return {
    now,
    logger,
    metrics: createMetrics(),
    database,
    auth,
    runtime,
    operations,
    follower,
    stamps,
    feed,
    createSignInToken,
    databaseAnswers: () =>
      pool.query("select 1").then(
        () => true,
        () => false,
      ),
    async close() {
      await registry.close();
      await connection[Symbol.asyncDispose]();
    },
  };
}

function createSignIn({ origin }: Config, database: Database, secret: string) {
  const tokens = new Map<string, string>();
  const auth = createAuth({
    database,
    origin,
    secret,
    onSignInToken: (email, token) => void tokens.set(email, token),
  });
  return {
    auth,
    async createSignInToken(): Promise<string> {
      await requestSignInToken(auth, ADMINISTRATOR);
      const token = tokens.get(emailOf(ADMINISTRATOR));
      if (token === undefined) throw new Error("the sign-in library made no token");
      return token;
    },
  };
}

/** The change feed, and the reconciler, the follower of aliases, the registry indexes and the stamps while this control plane holds the lease. */
async function runInBackground(parts: Parts, config: Config, signal: AbortSignal): Promise<void> {
  await Promise.all([
    parts.feed.run(signal),
    withLease(config.databaseUrl, signal, {
      work: async (held) => {
        await Promise.all([
          reconcile(parts, held),
          keepFigures(parts, held),
          parts.follower.run(held),
          keepIndexes(parts, held),
          parts.stamps.run(held),
        ]);
      },
      onError: (error) =>
        parts.logger.error({ err: error }, "the reconciler lost its lease; it takes it again"),
    }),
  ]);
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
  if (adminPassword.length < PASSWORD_CHARS_MIN) {
    logger.warn(
      `SLIPWAY_ADMIN_PASSWORD has fewer than ${PASSWORD_CHARS_MIN} characters; set a longer one under Administration`,
    );
  }
  await createUser(auth, { username: ADMINISTRATOR, password: adminPassword, administrator: true });
  logger.info({ username: ADMINISTRATOR }, "made the first administrator");
}
