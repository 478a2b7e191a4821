/**
 * `npm test`: every check and every test of the repository, one step after another. It goes on after a failure, so that
 * one run shows all of them, and exits non-zero when there was any.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join, relative } from "node:path";
import { homePaths, repositoryRoot } from "@slipway/cli/config/home";
import { provideConsole } from "@slipway/cli/setup/console-build";
import { findPython } from "@slipway/cli/setup/python";
import { provideToolsEnvironment } from "@slipway/cli/setup/tools-environment";
import { provideUv } from "@slipway/cli/setup/uv";
import { Refusal } from "@slipway/cli/terminal/refusal";
import { formatDuration, type Step, Terminal } from "@slipway/cli/terminal/terminal";
import { execa } from "execa";
import { z } from "zod";

const WORKSPACES = ["contracts", "control-plane", "data-plane", "cli", "console", "e2e", "bench", "scripts"];
const PYTHON_SOURCES = ["worker", "cli/demo", "e2e/src/fixtures", "e2e/src/parity", "bench/serving"];
const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** What is said of one failed test at the end; all of it stands further up. */
const FAILURE_CHARACTERS_MAX = 3_000;

const vitestReportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
process.once("disconnect", () => stop.abort());

const terminal = new Terminal(process.stdout);
const failures: string[] = [];
const details: string[] = [];
const counts = { passed: 0, failed: 0 };
const bin = (name: string): string => join(repositoryRoot, "node_modules", ".bin", name);
const paths = homePaths(join(repositoryRoot, ".slipway-test"));
const report = join(paths.home, "vitest.json");

const beganMs = Date.now();
mkdirSync(paths.home, { recursive: true });
await runAll();
await stopIpc();

async function runAll(): Promise<void> {
  await check("Format, lint and import rooms (biome)", [bin("biome"), "ci", "--error-on-warnings", "."]);
  for (const workspace of WORKSPACES) {
    await check(`Types (${workspace})`, [bin("tsc"), "-p", workspace]);
  }
  await check("Dead files and exports (knip)", [bin("knip")]);
  const python = await providePython();
  if (python !== undefined) {
    await check("Python format (ruff)", [python, "-m", "ruff", "format", "--check", ...PYTHON_SOURCES]);
    await check("Python lint (ruff)", [python, "-m", "ruff", "check", ...PYTHON_SOURCES]);
    await check("Python types (mypy)", [python, "-m", "mypy", "--strict", "slipway_worker"], "worker");
  }
  await step("Console", (own) => provideConsole(own, stop.signal));
  const chromium = await provideChromium();
  const environment = chromium === undefined ? {} : { SLIPWAY_CHROMIUM: chromium };
  await runTests("Tests (vitest)", [bin("vitest"), "run", ...vitestReporters()], environment);
  readVitestReport();
  if (python !== undefined)
    await runTests("Worker tests (pytest)", [python, "-m", "pytest", "--disable-warnings", "worker/tests"]);
  summarise();
}

/** Runs a quick check; its output is shown only when it fails. */
async function check(title: string, [program, ...words]: [string, ...string[]], folder = "."): Promise<void> {
  await step(title, async () => {
    const { failed, all } = await execa(program, words, {
      cwd: join(repositoryRoot, folder),
      reject: false,
      all: true,
      cancelSignal: stop.signal,
    });
    if (failed) throw new Refusal(all);
  });
}

/** Runs a test runner with its own output in view. */
async function runTests(
  title: string,
  [program, ...words]: [string, ...string[]],
  environment: Record<string, string> = {},
): Promise<void> {
  if (stop.signal.aborted) return;
  const startedMs = Date.now();
  terminal.line(`\n${title}`);
  const { failed } = await execa(program, words, {
    cwd: repositoryRoot,
    env: environment,
    reject: false,
    stdio: ["ignore", "inherit", "inherit"],
    cancelSignal: stop.signal,
    forceKillAfterDelay: 20_000,
  });
  if (failed) failures.push(title);
  terminal.line(`${failed ? "✗" : "✓"} ${title}: ${formatDuration(Date.now() - startedMs)}`);
}

async function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T | undefined> {
  if (stop.signal.aborted) return undefined;
  try {
    return await terminal.step(title, work);
  } catch (error) {
    failures.push(title);
    terminal.line(error instanceof Refusal ? error.message : String(error));
    return undefined;
  }
}

async function providePython(): Promise<string | undefined> {
  return step("Python environment of tools and tests", async (own) => {
    const options = { step: own, signal: stop.signal };
    const [uv, python] = await Promise.all([provideUv(paths.tools, options), findPython()]);
    return provideToolsEnvironment(join(paths.tools, "python"), {
      ...options,
      uv,
      uvCache: paths.uvCache,
      python,
      alsoInstall: ["requirements/test.txt"],
    });
  });
}

/** The browser of the browser tests: from the PATH, else from Debian's packages when this is root. */
async function provideChromium(): Promise<string | undefined> {
  return step("Chromium", async (own) => {
    const there = process.env.SLIPWAY_CHROMIUM ?? findChromium();
    if (there !== undefined) {
      own.note(there);
      return there;
    }
    if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
      throw new Refusal(
        "The browser tests need Chromium. Install it (Debian: apt-get install chromium), or set SLIPWAY_CHROMIUM to its path.",
      );
    }
    const install = ["install", "-y", "--no-install-recommends", "chromium"];
    for (const words of [["update"], install]) {
      const running = execa("apt-get", words, {
        env: { DEBIAN_FRONTEND: "noninteractive" },
        all: true,
        reject: false,
        cancelSignal: stop.signal,
      });
      running.all.on("data", (chunk: Buffer) =>
        own.progress(chunk.toString().trim().split("\n").at(-1) ?? ""),
      );
      const { failed, all } = await running;
      if (failed) throw new Refusal(`apt-get ${words.join(" ")} failed:\n${all.slice(-2000)}`);
    }
    own.note("installed from Debian's packages");
    return findChromium();
  });
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders
    .flatMap((folder) => CHROMIUM_NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

function vitestReporters(): string[] {
  rmSync(report, { force: true });
  return ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
}

/** Counts what vitest ran, and keeps what failed for the end: where only the last lines are kept, they must tell it. */
function readVitestReport(): void {
  if (!existsSync(report)) return;
  const read = vitestReportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
  counts.passed += read.numPassedTests;
  counts.failed += read.numFailedTests;
  for (const file of read.testResults.filter(({ status }) => status === "failed")) {
    const path = relative(repositoryRoot, file.name);
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    for (const { fullName, failureMessages } of failed) {
      details.push(`${path}: ${fullName}\n${failureMessages.join("\n").slice(0, FAILURE_CHARACTERS_MAX)}`);
    }
    if (failed.length === 0) details.push(`${path}\n${file.message.slice(0, FAILURE_CHARACTERS_MAX)}`);
  }
}

function summarise(): void {
  const took = formatDuration(Date.now() - beganMs);
  terminal.line();
  if (stop.signal.aborted) terminal.line("Stopped.");
  for (const detail of details) terminal.line(`${detail}\n`);
  for (const failure of failures) terminal.line(`✗ ${failure}`);
  terminal.line(
    `${failures.length === 0 ? "Everything passed" : "Failed"} after ${took} on ${availableParallelism()} cores.`,
  );
  terminal.line(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = failures.length > 0 || stop.signal.aborted ? 1 : 0;
}

async function stopIpc(): Promise<void> {
  terminal[Symbol.dispose]();
  if (process.connected) process.disconnect();
}
