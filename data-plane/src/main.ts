/**
 * The data plane: the gateway that answers callers and the agent that keeps their models running. Everything long-lived is
 * built here, in order, and ended in reverse. It needs no control plane to go on serving.
 */
import { chmod, lstat, mkdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { readOrCreateKey } from "@slipway/contracts/sealed";
import { Agent, type AgentOptions } from "#agent/agent.ts";
import { Benchmarks } from "#agent/benchmarks.ts";
import { ByteCode } from "#agent/byte-code.ts";
import { EnvironmentChecks } from "#agent/environment-check.ts";
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
import { StartTurns } from "#agent/start-turns.ts";
import { SupportStore } from "#agent/support-store.ts";
import type { Templates } from "#agent/templates.ts";
import { createToolRunner, type RunTool } from "#agent/tool.ts";
import { Uv } from "#agent/uv.ts";
import type { WorkerHost } from "#agent/worker-host.ts";
import { type Config, readConfig } from "#config/config.ts";
import { readEnvironment } from "#config/env.ts";
import { createAdminServer } from "#gateway/admin-server.ts";
import { Callers } from "#gateway/callers.ts";
import { Lines } from "#gateway/lines.ts";
import { Meter } from "#gateway/meter.ts";
import { BodySpace } from "#gateway/read-body.ts";
import { sampleReplicas } from "#gateway/replica-facts.ts";
import { Tally } from "#gateway/tally.ts";
import { createLogger, type Logger } from "#telemetry/logger.ts";
import { Prometheus } from "#telemetry/prometheus.ts";
import { buildTemplates } from "./build-templates.ts";
import { BODIES_BYTES_MAX, openEntrance, STOP_DRAIN_MS } from "./entrance.ts";
import { close, isServed, listenPrivately } from "./listening.ts";

/** Requests that one replica may hold before its callers are told to come back. */
const IN_FLIGHT_MAX = 256;
/** More are let in while their line takes no longer than this. */
const LINE_MS_MAX = 3_000;
/** While what serves is brought back after a crash, callers wait this long, and so many of them. */
const HOLD_MS = 30_000;
const HELD_MAX = 4_096;
const HELD_BYTES_MAX = 256 * 1024 ** 2;
const FALLBACK_PYTHON = "3.11";

async function main(): Promise<void> {
  const config = readConfig(readEnvironment(process.env), process.getuid?.() === 0);
  const logger = createLogger(config.logLevel);
  const stopped = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stopped.abort());
  // The supervisor has died: so shall we, and our workers with us.
  process.on("disconnect", () => stopped.abort());

  await makeFolders(config);
  const records = recordProcesses(config, logger);

  const tools = new AbortController();
  const { python, places } = config;
  const runTool = createToolRunner({ python, workerFolder: places.worker, records, stopped: tools.signal });
  const logs = new Logs({
    folder: places.logs,
    warn: (err) => logger.warn({ err }, "logs could not be tidied up"),
  });
  const tally = new Tally();
  const meter = new Meter();
  const callers = new Callers(Date.now);
  const forks = buildTemplates(config, { records, logger });
  const { environments, checks } = buildEnvironments(config, runTool);
  const agent = await buildAgent(config, {
    logger,
    ...forks,
    ...{ logs, runTool, environments },
    callers,
    tally,
    meter,
    demand: (id, revision) => ports.lines.demand(id, revision),
    stopped: tools.signal,
  });
  const ports = buildGateway(config, { agent, meter, tally, logger });
  let ready = false;
  const options = { ...ports, callers, isReady: () => ready, metrics: metricsPage(config, meter) };
  const admin = createAdminServer({
    ...ports,
    assign: async (assignments) => {
      await agent.assign(assignments);
      callers.keepOnly(assignments.deployments);
    },
    observe: (after, waitMs, signal) => agent.observe(after, waitMs, signal),
    logs,
    checkEnvironment: (request) => checks.check(request),
  });
  await agent.open();
  const sampling = sampleReplicas({ runs: agent, meter, logger }, stopped.signal);
  const entrance = await openEntrance(options, config);
  await listenPrivately(admin, places.socket);
  ready = true;
  process.send?.({ type: "ready" });
  logger.info({ host: config.host, address: entrance.address }, "serving");

  await new Promise((resolve) => stopped.signal.addEventListener("abort", resolve, { once: true }));
  logger.info("stopping");
  ready = false;
  ports.lines.close();
  const agentClosed = agent
    .close(STOP_DRAIN_MS)
    .then(() => Promise.all([forks.templates.close(), logs.close()]));
  await Promise.all([entrance.close(), close(admin, STOP_DRAIN_MS), agentClosed, stopTools(tools), sampling]);
  await rm(places.socket, { force: true });
  logger.info("stopped");
  if (process.connected) process.disconnect();
}

/** Ends what an earlier data plane has left behind, and will remember ours for the next one. */
function recordProcesses({ places }: Config, logger: Logger): ProcessRecords {
  const records = new ProcessRecords(places.processes);
  const leftovers = records.endLeftovers();
  if (leftovers > 0) logger.warn({ leftovers }, "ended processes that an earlier data plane left behind");
  return records;
}

/** What the gateway and the private interface have in common. */
function buildGateway(
  config: Config,
  { agent, meter, tally, logger }: { agent: Agent; meter: Meter; tally: Tally; logger: Logger },
) {
  const lines = new Lines({
    endpoints: agent,
    limits: limitsOf(config),
    batch: (id, revision, batch) => meter.batch(id, revision, batch),
  });
  const { requestTimeoutMs } = config;
  const bodies = { bytesMax: config.bodyBytesMax, space: new BodySpace(BODIES_BYTES_MAX) };
  return { endpoints: agent, lines, requestTimeoutMs, bodies, logger, tally, meter };
}

function metricsPage({ metricsToken: token }: Config, meter: Meter) {
  return token === undefined ? undefined : { token, meter, prometheus: new Prometheus() };
}

function limitsOf({ requestTimeoutMs }: Config) {
  return {
    inFlightMax: IN_FLIGHT_MAX,
    lineMsMax: LINE_MS_MAX,
    requestTimeoutMs,
    holdMs: HOLD_MS,
    heldMax: HELD_MAX,
    heldBytesMax: HELD_BYTES_MAX,
  };
}

interface Shared {
  logger: Logger;
  host: WorkerHost;
  templates: Templates;
  logs: Logs;
  runTool: RunTool;
  environments: EnvironmentStore;
  callers: Callers;
  demand: AgentOptions["demand"];
  stopped: AbortSignal;
  tally: Tally;
  meter: Meter;
}

async function buildAgent(
  config: Config,
  { logger, host, templates, logs, runTool, environments, callers, tally, meter, demand, stopped }: Shared,
): Promise<Agent> {
  const { places, python } = config;
  const cores = availableParallelism();
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
  const preparation = new Preparation({
    key,
    models,
    environments,
    isolation: new Isolation({ user: config.workerUser, workerFolder: places.worker, runTool }),
    byteCode: new ByteCode(runTool),
    templates,
    turns: new StartTurns(cores),
    host,
    smokeTestTimeoutMs: config.smokeTestTimeoutMs,
    logger,
  });
  const agent = new Agent({
    key,
    assignmentsPath: places.assignments,
    logs,
    outcomes,
    preparation,
    demand,
    cores,
    benchmarks: new Benchmarks({
      ...{ preparation, folder: places.scratch, requestTimeoutMs: config.requestTimeoutMs },
    }),
    counters: {
      traffic: (id) => tally.traffic(id),
      rollouts: (id) => tally.rollouts(id),
      keepOnly: (ids) => {
        tally.keepOnly(ids);
        meter.keepOnly(ids);
      },
    },
    started: (id, revision, ms) => meter.started(id, revision, ms),
    drainTimeoutMs: config.drainTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    clientUse: (id) => callers.uses(id),
    logger,
  });
  await Promise.all([outcomes.open(), models.open(), environments.open()]);
  return agent;
}

/** What makes environments, and what only finds out whether they could be made. */
function buildEnvironments(
  config: Config,
  runTool: RunTool,
): { environments: EnvironmentStore; checks: EnvironmentChecks } {
  const { places, forTools, workerUser } = config;
  const uv = new Uv({ uv: config.uv, cache: places.uvCache, environment: forTools, runTool });
  const interpreters = new Interpreters({ runTool, environment: forTools, workerUser });
  const common = { uv, interpreters, fallbackPython: FALLBACK_PYTHON };
  const environments = new EnvironmentStore({
    ...common,
    folder: places.environments,
    support: new SupportStore({ folder: places.support, uv }),
  });
  return {
    environments,
    checks: new EnvironmentChecks({ ...common, environments, scratch: places.scratch }),
  };
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

/** Downloads and builds are not waited for. */
async function stopTools(tools: AbortController): Promise<void> {
  tools.abort();
}

await main();
