/**
 * `slipway start` and `slipway demo`: sets up what is missing, starts the processes in the order that they need one
 * another, and keeps them alive until the signal. Steps that do not need one another run side by side.
 */
import { type HomePaths, makeHome } from "#config/home.ts";
import type { Settings } from "#config/settings.ts";
import { passwordWorks } from "#demo/api-session.ts";
import { setUpDemoGroup } from "#demo/demo-group.ts";
import { mlflowProcess, placeMlflow } from "#demo/mlflow-server.ts";
import { seedSampleModels } from "#demo/sample-models.ts";
import { provideCluster } from "#postgres/cluster.ts";
import { placePostgres } from "#postgres/place.ts";
import { postgresProcess } from "#postgres/postgres-process.ts";
import { provideConsole } from "#setup/console-build.ts";
import { requireFreePort } from "#setup/ports.ts";
import { findPython } from "#setup/python.ts";
import { provideToolsEnvironment } from "#setup/tools-environment.ts";
import { provideUv } from "#setup/uv.ts";
import { lockHome, type Plane } from "#supervisor/home-lock.ts";
import { endOrphans } from "#supervisor/process-record.ts";
import type { SupervisedProcess } from "#supervisor/supervised-process.ts";
import { Supervisor } from "#supervisor/supervisor.ts";
import type { Terminal } from "#terminal/terminal.ts";
import { firstAdministrator } from "./first-administrator.ts";
import { controlPlaneProcess, dataPlaneProcess } from "./planes.ts";
import { printAddresses } from "./summary.ts";

const PROCESSES: Record<Plane, readonly string[]> = {
  control: ["postgres", "control-plane", "mlflow"],
  data: ["data-plane"],
};

export interface RunOptions {
  planes: readonly Plane[];
  demo: boolean;
}

interface Run {
  options: RunOptions;
  settings: Settings;
  paths: HomePaths;
  terminal: Terminal;
  supervisor: Supervisor;
  /** Aborted when everything shall end: by the user, or because a step has failed. */
  signal: AbortSignal;
}

/** Runs until `stop` is aborted; everything that was started has ended when it returns. */
export async function run(
  options: RunOptions,
  { settings, terminal, stop }: { settings: Settings; terminal: Terminal; stop: AbortSignal },
): Promise<void> {
  const beganMs = Date.now();
  const paths = makeHome(settings.home);
  using _lock = lockHome(paths, options.planes);
  const orphans = await endOrphans(
    paths,
    options.planes.flatMap((plane) => PROCESSES[plane]),
  );
  if (orphans.length > 0) terminal.warn(`Ended what an earlier run left behind: ${orphans.join(", ")}`);
  await requirePorts(options.planes, settings);
  await using supervisor = new Supervisor({
    run: paths.run,
    logs: paths.logs,
    warn: (text) => terminal.warn(text),
  });
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  try {
    await startAll({ options, settings, paths, terminal, supervisor, signal }, beganMs, failed);
    await untilAborted(stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  terminal.line("Stopping…");
}

async function startAll(run: Run, beganMs: number, failed: AbortController): Promise<void> {
  const { options, settings, terminal, paths, signal } = run;
  const administrator = firstAdministrator(paths.home, settings.adminPassword);
  const withControl = options.planes.includes("control");
  const started = [
    withControl ? startControlPlane(run, administrator.password) : undefined,
    startWithTools(run),
  ] as const;
  const [control, mlflowUri] = await Promise.all(started).catch((error: unknown) => {
    failed.abort();
    throw error;
  });
  if (control === undefined) {
    terminal.line(`The data plane serves on ${origin(settings, settings.endpointPort)}. Ctrl-C stops it.`);
    return;
  }
  const signIn = async () =>
    (await control.process.ask({ type: "create-sign-in-token" }, "sign-in-token")).token;
  const consoleOrigin = origin(settings, settings.port);
  if (mlflowUri !== undefined) {
    await terminal.step("Group demo, bound to MLflow", async () =>
      setUpDemoGroup(consoleOrigin, await signIn(), mlflowUri),
    );
  }
  control.finishSetUp();
  const { madeUp, password } = administrator;
  signal.throwIfAborted();
  printAddresses(terminal, {
    consoleOrigin,
    endpointOrigin: options.planes.includes("data") ? origin(settings, settings.endpointPort) : undefined,
    signInToken: await signIn(),
    adminPassword:
      madeUp && password !== undefined && (await passwordWorks(consoleOrigin, password))
        ? password
        : undefined,
    mlflowUri,
    tookMs: Date.now() - beganMs,
  });
  administrator.remember();
}

interface RunningControlPlane {
  process: SupervisedProcess;
  /** Tells the plane, now and after each restart, that it may call itself ready. */
  finishSetUp(): void;
}

/** The database, the built console, then the control plane. */
async function startControlPlane(run: Run, adminPassword: string | undefined): Promise<RunningControlPlane> {
  const { terminal, settings, supervisor, signal } = run;
  const [databaseUrl, consoleFolder] = await Promise.all([
    startDatabase(run),
    terminal.step("Console", (step) => provideConsole(step, signal)),
  ]);
  let finished = false;
  const spec = controlPlaneProcess(settings, {
    databaseUrl,
    consoleFolder,
    adminPassword,
    awaitSetup: true,
    onReady: (plane) => {
      if (finished) plane.send({ type: "set-up-done" });
    },
  });
  const process = await terminal.step("Control plane", () => supervisor.start(spec));
  return {
    process,
    finishSetUp: () => {
      finished = true;
      process.send({ type: "set-up-done" });
    },
  };
}

async function startDatabase({ terminal, settings, supervisor, paths, signal }: Run): Promise<string> {
  if (settings.databaseUrl !== undefined) return settings.databaseUrl;
  return terminal.step("PostgreSQL", async (step) => {
    const place = await placePostgres(paths.home);
    const { url, created } = await provideCluster(paths.home, place, signal);
    step.note(created ? ["database made", ...place.notes].join("; ") : "as before");
    await supervisor.start(postgresProcess(paths.home, place), { foundation: true });
    return url;
  });
}

/** What stands on the Python tools: the data plane, and the demo's MLflow with its sample models, whose URI is returned. */
async function startWithTools(run: Run): Promise<string | undefined> {
  const { options, settings, terminal, supervisor, paths, signal } = run;
  const withData = options.planes.includes("data");
  if (!withData && !options.demo) return undefined;
  const [python, uv] = await Promise.all([
    findPython(),
    terminal.step("uv", (step) => provideUv(paths.tools, { step, signal })),
  ]);
  const tools = await terminal.step("Python environment of the tools", (step) =>
    provideToolsEnvironment(`${paths.tools}/python`, { uv, uvCache: paths.uvCache, python, step, signal }),
  );
  const dataPlane = withData
    ? terminal.step("Data plane", () => supervisor.start(dataPlaneProcess(settings, { python: tools, uv })))
    : undefined;
  const demo = options.demo ? startDemoMlflow(run, tools) : undefined;
  const [uri] = await Promise.all([demo, dataPlane]);
  return uri;
}

async function startDemoMlflow(run: Run, python: string): Promise<string> {
  const { settings, terminal, supervisor, paths, signal } = run;
  const server = await placeMlflow(paths.mlflow, settings.mlflowPort);
  await Promise.all([
    terminal.step("MLflow server", () => supervisor.start(mlflowProcess(server, python, paths.home))),
    terminal.step("Sample models", (step) => seedSampleModels(server, python, { step, signal })),
  ]);
  return server.uri;
}

async function requirePorts(planes: readonly Plane[], { host, port, endpointPort }: Settings): Promise<void> {
  if (planes.includes("control")) await requireFreePort(host, port, "SLIPWAY_PORT");
  if (planes.includes("data")) await requireFreePort(host, endpointPort, "SLIPWAY_ENDPOINT_PORT");
}

/** Where a browser on this machine finds a port. */
function origin({ host }: Settings, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
