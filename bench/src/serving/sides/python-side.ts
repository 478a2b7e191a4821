/** What the sides have in common that are one command of a Python environment: MLflow and the peers. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { nextFreePort } from "@slipway/cli/setup/ports";
import { StartedProcess } from "#processes/started-process.ts";
import { answersRightly } from "#serving/ask.ts";
import { type Cell, MUST_NOT_BATCH, type SideName, TWO_PROCESSES } from "#serving/cells.ts";
import type { PreparedModel, Protocol } from "#serving/prepared-model.ts";
import { ONE_THREAD, plainEnvironment } from "#setup/plain-environment.ts";
import type { Endpoint, RunningSide, Side } from "./side.ts";

const HOST = "127.0.0.1";
const FIRST_PORT = 18_100;
const START_MS_MAX = 120_000;
const PEERS_FOLDER = join(repositoryRoot, "bench", "serving", "peers");

/** What a start is made of. */
export interface StartFacts {
  /** The `bin` folder of the environment. */
  bin: string;
  model: PreparedModel;
  port: number;
  /** So many share the requests. */
  processes: number;
  /** Whether requests may be put together. */
  batches: boolean;
  /** Its own, empty. */
  folder: string;
}

export interface PythonSideSpec {
  name: SideName;
  protocol: Protocol;
  path: string;
  answer: Endpoint["answer"];
  /** Writes what configuration it needs, and says how it is started. */
  command(facts: StartFacts): [string, ...string[]];
  /** Beside those that every side gets. */
  variables?: (facts: StartFacts) => Record<string, string>;
}

/** A side of one command. */
export function pythonSide(spec: PythonSideSpec, bin: string, runFolder: string): Side {
  return {
    name: spec.name,
    speaks: (encoding) => encoding === "json",
    start: (model, signal) => start(spec, { bin, model, runFolder, signal }),
  };
}

/** How many processes share a model's requests. */
export function processesOf(model: PreparedModel): number {
  return TWO_PROCESSES.has(model.name) ? 2 : 1;
}

async function start(
  spec: PythonSideSpec,
  {
    bin,
    model,
    runFolder,
    signal,
  }: { bin: string; model: PreparedModel; runFolder: string; signal: AbortSignal },
): Promise<RunningSide> {
  // Each side and each start looks for a port of its own.
  const port = await nextFreePort(HOST, FIRST_PORT + Math.floor(Math.random() * 5_000));
  const folder = join(runFolder, `${spec.name}-${model.name}-${port}`);
  mkdirSync(folder, { recursive: true });
  const processes = processesOf(model);
  const batches = !MUST_NOT_BATCH.has(model.name);
  const facts = { bin, model, port, processes, batches, folder };
  const process = new StartedProcess({
    name: `${spec.name} with ${model.name}`,
    command: spec.command(facts),
    environment: {
      ...plainEnvironment(),
      ...ONE_THREAD,
      PATH: `${bin}:${globalThis.process.env.PATH}`,
      BENCH_MODEL: model.modelFolder,
      BENCH_PORT: String(port),
      BENCH_PROCESSES: String(processes),
      BENCH_BATCHES: String(batches),
      MLFLOW_DISABLE_TELEMETRY: "true",
      DO_NOT_TRACK: "true",
      ...spec.variables?.(facts),
    },
    workingFolder: PEERS_FOLDER,
    logPath: join(folder, "log.txt"),
  });
  await using undo = new AsyncDisposableStack();
  undo.use(process);
  const json: Endpoint = {
    url: `http://${HOST}:${port}${spec.path}`,
    protocol: spec.protocol,
    headers: { "Content-Type": "application/json" },
    answer: spec.answer,
  };
  await process.until(() => answersRightly(json, model), { withinMs: START_MS_MAX, signal });
  const startSeconds = (performance.now() - process.startedMs) / 1000;
  const kept = undo.move();
  return {
    tree: process.tree,
    servingTree: process.tree,
    startSeconds,
    endpoint: (encoding: Cell["encoding"]) => (encoding === "json" ? json : undefined),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
