/**
 * The data plane: the gateway that answers callers and the agent that keeps their models running. Everything long-lived is
 * built here, in order, and ended in reverse. It needs no control plane to go on serving.
 */
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { connect, type ListenOptions } from "node:net";
import { readOrCreateKey } from "@slipway/contracts/sealed";
import { Agent } from "#agent/agent.ts";
import { ByteCode } from "#agent/byte-code.ts";
import { EnvironmentStore } from "#agent/environment-store.ts";
import { fetchModel } from "#agent/fetch-model.ts";
import { Interpreters } from "#agent/interpreters.ts";
import { Isolation } from "#agent/isolation.ts";
import { Logs } from "#agent/logs.ts";
import { downloadEnvironment } from "#agent/model-source.ts";
import { ModelStore } from "#agent/model-store.ts";
import { Outcomes } from "#agent/outcomes.ts";
import { Preparation } from "#agent/preparation.ts";
import { ProcessRecords } from "#agent/process-records.ts";
import { SupportStore } from "#agent/support-store.ts";
import { createToolRunner, type RunTool } from "#agent/tool.ts";
import { Uv } from "#agent/uv.ts";
import { type Config, readConfig } from "#config/config.ts";
import { readEnvironment } from "#config/env.ts";
import { createAdminServer } from "#gateway/admin-server.ts";
import { Callers } from "#gateway/callers.ts";
import { createGateway, type GatewayOptions } from "#gateway/gateway.ts";
import { Lines } from "#gateway/lines.ts";
import { openDoors } from "#gateway/open-doors.ts";
import { BodySpace } from "#gateway/read-body.ts";
import { Tally } from "#gateway/tally.ts";
import { createLogger, type Logger } from "#telemetry/logger.ts";

/** Requests that one replica may hold before its callers are told to come back. */
const IN_FLIGHT_MAX = 256;
/** At a stop, requests in flight get this long; the supervisor does not wait for ever. */
const STOP_DRAIN_MS = 5_000;
/** While what serves is brought back after a crash, callers wait this long, and so many of them. */
const HOLD_MS = 30_000;
const HELD_MAX = 4_096;
const HELD_BYTES_MAX = 256 * 1024 ** 2;
/** All bodies larger than a few kB that the gateway holds, together. */
const BODIES_BYTES_MAX = 1024 ** 3;
const FALLBACK_PYTHON = "3.11";

async function main(): Promise<void> {
  const config = readConfig(readEnvironment(process.env), process.getuid?.() === 0);
  const logger = createLogger(config.logLevel);
  const stopped = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stopped.abort());
  // The supervisor has died: so shall we, and our workers with us.
  process.on("disconnect", () => stopped.abort());

  await makeFolders(config);
  const records = new ProcessRecords(config.places.processes);
  const leftovers = records.endLeftovers();
  if (leftovers > 0) logger.warn({ leftovers }, "ended processes that an earlier data plane left behind");

  const tools = new AbortController();
  const { python, places } = config;
  const runTool = createToolRunner({ python, workerFolder: places.worker, records, stopped: tools.signal });
  const logs = new Logs({
    folder: places.logs,
    warn: (err) => logger.warn({ err }, "logs could not be tidied up"),
  });
  const tally = new Tally();
  const callers = new Callers(Date.now);
  const agent = await buildAgent(config, {
    logger,
    records,
    logs,
    runTool,
    callers,
    tally,
    stopped: tools.signal,
  });
  const lines = new Lines({ endpoints: agent, limits: limitsOf(config), batch: () => undefined });
  const { requestTimeoutMs } = config;
  const bodies = { bytesMax: config.bodyBytesMax, space: new BodySpace(BODIES_BYTES_MAX) };
  const ports = { endpoints: agent, lines, requestTimeoutMs, bodies, logger, tally };
  let ready = false;
  const options = { ...ports, callers, isReady: () => ready };
  const admin = createAdminServer({
    ...ports,
    assign: async (assignments) => {
      await agent.assign(assignments);
      callers.keepOnly(assignments.deployments);
    },
    observe: (after, waitMs, signal) => agent.observe(after, waitMs, signal),
    logs,
  });
  await agent.open();
  const entrance = await openEntrance(options, config);
  await listenPrivately(admin, places.socket);
  ready = true;
  process.send?.({ type: "ready" });
  logger.info({ host: config.host, address: entrance.address }, "serving");

  await new Promise((resolve) => stopped.signal.addEventListener("abort", resolve, { once: true }));
  logger.info("stopping");
  ready = false;
  lines.close();
  const agentClosed = agent.close(STOP_DRAIN_MS).then(() => logs.close());
  await Promise.all([entrance.close(), close(admin), agentClosed, stopTools(tools)]);
  await rm(places.socket, { force: true });
  logger.info("stopped");
  if (process.connected) process.disconnect();
}

/** Opens the endpoints' port: in this process, or in as many others as were asked for. */
async function openEntrance(options: GatewayOptions, config: Config) {
  const { host, endpointPort: port, gatewayProcesses: count, bodyBytesMax, places } = config;
  if (count > 1) {
    const { logger } = options;
    const bodiesBytesMax = BODIES_BYTES_MAX;
    const socketPath = places.doors;
    const doors = await openDoors(options, {
      count,
      host,
      port,
      socketPath,
      bodyBytesMax,
      bodiesBytesMax,
      logger,
    });
    return { address: doors.address, close: () => doors.close(STOP_DRAIN_MS) };
  }
  const gateway = createGateway(options);
  await listen(gateway, { host, port });
  return { address: gateway.address(), close: () => close(gateway) };
}

function limitsOf({ requestTimeoutMs }: Config) {
  return {
    inFlightMax: IN_FLIGHT_MAX,
    requestTimeoutMs,
    holdMs: HOLD_MS,
    heldMax: HELD_MAX,
    heldBytesMax: HELD_BYTES_MAX,
  };
}

interface Shared {
  logger: Logger;
  records: ProcessRecords;
  logs: Logs;
  runTool: RunTool;
  callers: Callers;
  stopped: AbortSignal;
  tally: Tally;
}

async function buildAgent(
  config: Config,
  { logger, records, logs, runTool, callers, tally, stopped }: Shared,
): Promise<Agent> {
  const { places, python } = config;
  const key = readOrCreateKey(places.key);
  const outcomes = new Outcomes(places.outcomes);
  const models = new ModelStore({
    folder: places.models,
    bytesMax: config.modelCacheBytesMax,
    assignedKeys: () => agent.assignedKeys,
    fetch: (source, into, progress) => {
      const environment = { ...config.forTools, ...downloadEnvironment(key, source) };
      const options = { python, workerFolder: places.worker, environment, into, runTool, stopped };
      return fetchModel(source, options, progress);
    },
  });
  const uv = new Uv({ uv: config.uv, cache: places.uvCache, environment: config.forTools, runTool });
  const environments = new EnvironmentStore({
    folder: places.environments,
    uv,
    support: new SupportStore({ folder: places.support, uv }),
    interpreters: new Interpreters({
      runTool,
      environment: config.forTools,
      workerUser: config.workerUser,
    }),
    fallbackPython: FALLBACK_PYTHON,
  });
  const preparation = new Preparation({
    key,
    models,
    environments,
    isolation: new Isolation({ user: config.workerUser, workerFolder: places.worker, runTool }),
    byteCode: new ByteCode(runTool),
    host: {
      workerFolder: places.worker,
      socketsFolder: places.workers,
      scratchFolder: places.scratch,
      environment: config.forWorkers,
      records,
      loadTimeoutMs: config.loadTimeoutMs,
      warn: (err) => logger.warn({ err }, "a worker's folder could not be removed"),
    },
    smokeTestTimeoutMs: config.smokeTestTimeoutMs,
    logger,
  });
  const agent = new Agent({
    key,
    assignmentsPath: places.assignments,
    logs,
    outcomes,
    preparation,
    counters: tally,
    drainTimeoutMs: config.drainTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    clientUse: (id) => callers.uses(id),
    logger,
  });
  await Promise.all([outcomes.open(), models.open(), environments.open()]);
  return agent;
}

/** Workers of another user pass through, but see only what is theirs. */
async function makeFolders({ places, home }: Config): Promise<void> {
  if (await isServed(places.socket)) throw new Error(`Another data plane already runs for ${home}.`);
  for (const folder of [places.root, places.run, places.workers, places.scratch]) {
    await mkdir(folder, { recursive: true, mode: 0o711 });
  }
  const run = await lstat(places.run);
  if (!run.isDirectory() || run.uid !== process.getuid?.()) {
    throw new Error(
      `${places.run} does not belong to Slipway's user. Remove it, or choose a shorter SLIPWAY_HOME.`,
    );
  }
  for (const folder of [places.logs, places.uvCache]) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const folder of [places.workers, places.scratch]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o711 });
    await chmod(folder, 0o711);
  }
  await rm(places.socket, { force: true });
}

/** True when somebody answers on a socket; the file of a killed data plane stays and answers nobody. */
function isServed(path: string): Promise<boolean> {
  if (!existsSync(path)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function listen(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE" && "port" in options;
      const advice = `Port ${options.port} of ${options.host} is taken. Free it, or set SLIPWAY_ENDPOINT_PORT to another one.`;
      reject(taken ? new Error(advice, { cause: error }) : error);
    });
    server.listen(options, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

/** The socket is made closed to everyone but its owner from its first moment. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177);
  const listening = listen(server, { path });
  process.umask(before);
  await listening;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), STOP_DRAIN_MS).unref();
  });
}

/** Downloads and builds are not waited for. */
async function stopTools(tools: AbortController): Promise<void> {
  tools.abort();
}

await main();
