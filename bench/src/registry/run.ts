/**
 * `npm run bench -- registry`: the versions tables over a large registry in a real MLflow, against the same table made by MLflow's
 * client and by MLflow's own page. Everything is measured in one run, prints the goals, and writes the report.
 */
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { findPython } from "@slipway/cli/setup/python";
import { provideUv } from "@slipway/cli/setup/uv";
import { formatDuration, type Terminal } from "@slipway/cli/terminal/terminal";
import { execa } from "execa";
import { publish } from "#report/docs.ts";
import { startChromium } from "#setup/chromium.ts";
import { provideEnvironment } from "#setup/environments.ts";
import { describeMachine } from "#setup/machine.ts";
import { Product } from "#slipway/product.ts";
import { measureApiAppearance, measurePageAppearance } from "./measure-appearance.ts";
import { measurePaints, signIn } from "./measure-browser.ts";
import { measureClient } from "./measure-client.ts";
import { measureIndexing } from "./measure-indexing.ts";
import { measurePages } from "./measure-pages.ts";
import { isWhole, type Options } from "./options.ts";
import { goalsTable, report } from "./report.ts";
import type { RegistryResults } from "./results.ts";
import { type SeededMlflow, startSeededMlflow } from "./seeded-mlflow.ts";

const CACHE = join(repositoryRoot, ".slipway-bench");
const FOLDER = join(CACHE, "registry");
/** The same MLflow as the other benchmarks have. */
const ENVIRONMENTS = join(CACHE, "serving", "environments");
const REQUIREMENTS = "bench/serving/requirements/mlflow.txt";
const BROWSER = join(FOLDER, "browser");
const REPORT = join(FOLDER, "report.md");
/** As `seed.py` names them. */
const LARGEST = "model-0000";
const QUIET_SHARE = 0.1;
const QUIET_MS_MAX = 60_000;

interface Bench {
  options: Options;
  python: string;
  mlflow: SeededMlflow;
  product: Product;
  terminal: Terminal;
  signal: AbortSignal;
}

/** Runs the benchmark. Whatever happens, everything that it has started has ended when it returns. */
export async function runRegistry(
  options: Options,
  { words, terminal, signal }: { words: readonly string[]; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const beganMs = Date.now();
  mkdirSync(FOLDER, { recursive: true });
  await using undo = new AsyncDisposableStack();
  const bench = await setUp(options, { terminal, signal, undo });
  const results = await measure(bench, undo);
  const text = report(results, await runFacts(words, bench));
  terminal.line(`\n${goalsTable(results)}\n`);
  publish("registry", text, { whole: isWhole(options), path: REPORT, terminal });
  terminal.line(`It took ${formatDuration(Date.now() - beganMs)}.`);
}

async function setUp(
  options: Options,
  { terminal, signal, undo }: Pick<Bench, "terminal" | "signal"> & { undo: AsyncDisposableStack },
): Promise<Bench> {
  const base = await findPython();
  const uv = await terminal.step("uv", (step) => provideUv(join(CACHE, "tools"), { step, signal }));
  const uvCache = process.env.UV_CACHE_DIR ?? join(CACHE, "uv-cache");
  const builder = { uv, uvCache, python: base, folder: ENVIRONMENTS, signal };
  const bin = await terminal.step("Environment of MLflow", (step) =>
    provideEnvironment("mlflow", REQUIREMENTS, builder, step),
  );
  const python = join(bin, "python");
  const mlflow = undo.use(
    await terminal.step("MLflow with a large registry", (step) =>
      startSeededMlflow(FOLDER, options, { python, step, signal }),
    ),
  );
  const place = { home: join(FOLDER, "home"), uvCache, uvFolder: dirname(uv) };
  const product = undo.use(await terminal.step("Slipway", () => Product.start(place, mlflow.uri, signal)));
  return { options, python, mlflow, product, terminal, signal };
}

async function measure(bench: Bench, undo: AsyncDisposableStack): Promise<RegistryResults> {
  const { options, python, mlflow, product, terminal, signal } = bench;
  const { versions, rounds } = options;
  const indexing = await terminal.step("The first indexing", (step) =>
    measureIndexing(product, mlflow, { versions, step, signal }),
  );
  await terminal.step("Quiet", () => product.tree.idle(QUIET_SHARE, QUIET_MS_MAX).then(() => undefined));
  const pages = await terminal.step("Pages on the server", () => measureTables(bench));
  rmSync(BROWSER, { recursive: true, force: true });
  const context = await startChromium(BROWSER);
  undo.defer(() => context.close());
  const page = await signIn(context, product);
  const common = { product, mlflowUri: mlflow.uri, model: LARGEST, rounds, signal };
  const paints = await terminal.step("Pages in the browser", () =>
    measurePaints(context, { ...common, origin: product.origin }),
  );
  const apiMs = await terminal.step("New versions in the API", () => measureApiAppearance(common));
  const pageMs = await terminal.step("New versions in the browser", () =>
    measurePageAppearance(page, common),
  );
  await page.close();
  const client = await terminal.step("The table by MLflow's client", () =>
    measureClient(mlflow.uri, { python, model: LARGEST, signal }),
  );
  const memory = {
    controlPlaneBytes: product.controlPlaneTree.memoryBytes(),
    databaseBytes: product.databaseTree.memoryBytes(),
  };
  return { indexing, memory, pages, client: { ms: client }, paints, appearance: { apiMs, pageMs } };
}

function measureTables({ options, product, mlflow, signal }: Bench): ReturnType<typeof measurePages> {
  const { models, versions, largest, pages } = options;
  const small = (random: () => number) => 1 + Math.floor(random() * (models - 1));
  const tables = [
    { title: "the model with most versions", path: () => `/models/${LARGEST}/versions`, versions: largest },
    {
      title: "the other models",
      path: (random: () => number) => `/models/model-${String(small(random)).padStart(4, "0")}/versions`,
      versions: Math.floor((versions - largest) / (models - 1)),
    },
    { title: "the versions of all models", path: () => "/versions", versions },
  ];
  return measurePages(product, mlflow, { tables, pages, signal });
}

async function runFacts(words: readonly string[], { python, options }: Bench) {
  const { stdout: commit } = await execa("git", ["describe", "--always", "--dirty"], {
    cwd: repositoryRoot,
    reject: false,
  });
  const { stdout: versions } = await execa(python, [
    "-c",
    "import platform, mlflow; print(f'Python {platform.python_version()}, MLflow {mlflow.__version__}')",
  ]);
  const { models, versions: all, largest } = options;
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: `${versions}, 4 workers over SQLite`,
    command: ["npm run bench -- registry", ...words].join(" "),
    commit: commit || "unknown",
    registry: `${models.toLocaleString("en")} models with ${all.toLocaleString("en")} versions, one with ${largest.toLocaleString("en")}; 20 parameters, 20 metrics and a tag each.`,
  };
}
