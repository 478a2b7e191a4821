/**
 * `npm run bench -- serving`: the same models and payloads on Slipway, MLflow and its peers, on this machine, now. Sets up
 * what is missing, measures what is not measured yet, prints the goals, and writes the report.
 */
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { findPython } from "@slipway/cli/setup/python";
import { provideUv } from "@slipway/cli/setup/uv";
import { formatDuration, type Terminal } from "@slipway/cli/terminal/terminal";
import { provideWrk } from "#load/wrk.ts";
import { FrozenRecord } from "#processes/frozen-record.ts";
import { publish } from "#report/docs.ts";
import { Product } from "#slipway/product.ts";
import type { Bench } from "./bench.ts";
import { estimateMs } from "./estimate.ts";
import { measureDensity } from "./measure-density.ts";
import { measureGenerator } from "./measure-generator.ts";
import { measureIsolation } from "./measure-isolation.ts";
import { measureModel } from "./measure-model.ts";
import { measureStarts } from "./measure-starts.ts";
import { Measured } from "./measured.ts";
import { isWhole, type Options } from "./options.ts";
import { goalsTable, noisyCells, report } from "./report.ts";
import { runFacts } from "./run-facts.ts";
import { buildSides, provideEnvironments } from "./sides/all-sides.ts";
import { startRegistry } from "./slipway/registry.ts";
import { Summary } from "./summary.ts";

const CACHE = join(repositoryRoot, ".slipway-bench");
const FOLDER = join(CACHE, "serving");
const RESULTS = join(FOLDER, "measured.jsonl");
const REPORT = join(FOLDER, "report.md");

/** Runs the benchmark. Whatever happens, everything that it has started has ended when it returns. */
export async function runServing(
  options: Options,
  { words, terminal, signal }: { words: readonly string[]; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const beganMs = Date.now();
  mkdirSync(FOLDER, { recursive: true });
  const measured = Measured.open(RESULTS, { resume: options.resume });
  terminal.line(
    `About ${formatDuration(estimateMs(options))} when everything is set up; Ctrl-C ends it, --resume goes on.`,
  );
  await using undo = new AsyncDisposableStack();
  const bench = await setUp(options, { measured, terminal, signal, undo });
  await measureGenerator(bench);
  for (const model of options.models) await measureModel(bench, model);
  if (options.extras.includes("cold-starts")) await measureStarts(bench);
  if (options.extras.includes("density")) await measureDensity(bench);
  if (options.extras.includes("isolation")) await measureIsolation(bench);
  const summary = new Summary(measured.facts);
  const text = report(summary, await runFacts(words, join(FOLDER, "environments")));
  terminal.line(`\n${goalsTable(summary, { partial: !isWhole(options) })}\n`);
  for (const cell of noisyCells(summary)) terminal.warn(cell);
  publish("serving", text, { whole: isWhole(options), path: REPORT, terminal });
  terminal.line(`It took ${formatDuration(Date.now() - beganMs)}.`);
}

interface Surroundings {
  measured: Measured;
  terminal: Terminal;
  signal: AbortSignal;
  undo: AsyncDisposableStack;
}

async function setUp(options: Options, { measured, terminal, signal, undo }: Surroundings): Promise<Bench> {
  await terminal.step("Load generator", async (step) => step.note(await provideWrk(signal)));
  const python = await findPython();
  const uv = await terminal.step("uv", (step) => provideUv(join(CACHE, "tools"), { step, signal }));
  const uvCache = process.env.UV_CACHE_DIR ?? join(CACHE, "uv-cache");
  const runFolder = join(FOLDER, "run");
  rmSync(runFolder, { recursive: true, force: true });
  mkdirSync(runFolder, { recursive: true });
  const frozen = new FrozenRecord(join(FOLDER, "frozen.txt"));
  frozen.endLeftovers();
  const builder = { uv, uvCache, python, folder: join(FOLDER, "environments"), signal };
  // MLflow's environment also holds the registry, and trains the models.
  const names = [...new Set(["mlflow" as const, ...options.sides])].filter((name) => name !== "slipway");
  const bins = await provideEnvironments(names, builder, terminal);
  const registryPython = join(bins.get("mlflow") ?? "", "python");
  const registry = undo.use(
    await terminal.step("Models and their registry", (step) =>
      startRegistry(FOLDER, { python: registryPython, step, signal }),
    ),
  );
  const place = { home: join(FOLDER, "home"), uvCache, uvFolder: dirname(uv) };
  const product = undo.use(await terminal.step("Slipway", () => Product.start(place, registry.uri, signal)));
  const sides = buildSides(options.sides, { bins, product, runFolder });
  return {
    options,
    measured,
    terminal,
    signal,
    product,
    sides,
    frozen,
    samplesFolder: registry.samplesFolder,
  };
}
