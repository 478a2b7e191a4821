/**
 * `npm run soak -- <story> [rounds]`: the long form of a test of the suite. The same code makes many more rounds; what it
 * has measured is printed at the end. Exits non-zero when anything failed.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { formatDuration } from "@slipway/cli/terminal/terminal";
import { execa } from "execa";

interface Story {
  rounds: number;
  requestsPerSecond: number;
  files: string;
  /** Only the tests whose names hold this. */
  only?: string;
}

const STORIES: Record<string, Story> = {
  rollouts: { rounds: 200, requestsPerSecond: 120, files: "e2e/src/rollouts/rollouts.test.ts" },
  kills: { rounds: 50, requestsPerSecond: 100, files: "e2e/src/faults/kill-in-rollout.test.ts" },
  canary: {
    rounds: 50,
    requestsPerSecond: 100,
    files: "e2e/src/rollouts/canary.test.ts",
    only: "same version",
  },
  load: { rounds: 20, requestsPerSecond: 0, files: "e2e/src/faults/steady-load.test.ts" },
  forks: { rounds: 200, requestsPerSecond: 0, files: "e2e/src/forks/forks.test.ts" },
  aliases: { rounds: 60, requestsPerSecond: 100, files: "e2e/src/aliases/aliases.test.ts", only: "flaps" },
};

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
process.once("disconnect", () => stop.abort());

const [name = "", given] = process.argv.slice(2);
const story = STORIES[name];
const rounds = given === undefined ? story?.rounds : Number(given);
if (story === undefined || rounds === undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`Usage: npm run soak -- ${Object.keys(STORIES).join("|")} [rounds]`);
  process.exitCode = 2;
} else {
  process.exitCode = (await run(story, rounds)) ? 0 : 1;
}
if (process.connected) process.disconnect();

async function run({ files, only, requestsPerSecond }: Story, rounds: number): Promise<boolean> {
  const folder = join(repositoryRoot, ".slipway-test");
  const figures = join(folder, `figures-${process.pid}.jsonl`);
  mkdirSync(folder, { recursive: true });
  const startedMs = Date.now();
  const words = ["run", files, ...(only === undefined ? [] : ["--testNamePattern", only])];
  const { failed } = await execa(join(repositoryRoot, "node_modules", ".bin", "vitest"), words, {
    cwd: repositoryRoot,
    env: {
      // What is set by hand goes first: a slow machine can be asked for less.
      SLIPWAY_REQUESTS_PER_SECOND: process.env.SLIPWAY_REQUESTS_PER_SECOND ?? String(requestsPerSecond),
      SLIPWAY_ROUNDS: String(rounds),
      SLIPWAY_FIGURES: figures,
    },
    reject: false,
    stdio: ["ignore", "inherit", "inherit"],
    cancelSignal: stop.signal,
    forceKillAfterDelay: 20_000,
  });
  if (existsSync(figures)) print(readFileSync(figures, "utf8"));
  rmSync(figures, { force: true });
  const took = formatDuration(Date.now() - startedMs);
  console.log(
    `\n${name}, ${rounds} rounds: ${failed ? "failed" : "passed"} after ${took} on ${availableParallelism()} cores.`,
  );
  return !failed;
}

/** One figure a line, a blank line between two groups. */
function print(lines: string): void {
  for (const line of lines.trim().split("\n")) {
    console.log();
    const figures = JSON.parse(line) as Record<string, number | string>;
    for (const [figure, value] of Object.entries(figures)) {
      console.log(`${figure.padEnd(55)} ${value}`);
    }
  }
}
