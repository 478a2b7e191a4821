/** `npm run bench -- <name> …`: side-by-side benchmarks. Exit codes: 0 done, 1 failed, 2 used wrongly. */
import { Refusal } from "@slipway/cli/terminal/refusal";
import { Terminal } from "@slipway/cli/terminal/terminal";
import * as registry from "#registry/options.ts";
import { runRegistry } from "#registry/run.ts";
import * as serving from "#serving/options.ts";
import { runServing } from "#serving/run.ts";

interface Benchmark {
  what: string;
  /** Runs it with the words of the command line. @throws Refusal of words that it does not know. */
  prepare: (words: readonly string[]) => { help: string | null; run: (terminal: Terminal) => Promise<void> };
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
process.once("disconnect", () => stop.abort());

const BENCHMARKS: Record<string, Benchmark> = {
  serving: {
    what: "the same models and payloads on Slipway, MLflow and its peers: throughput, latency, starts, memory",
    prepare(words) {
      const options = serving.readOptions(words);
      return {
        help: options.help ? serving.HELP : null,
        run: (terminal) => runServing(options, { words, terminal, signal: stop.signal }),
      };
    },
  },
  registry: {
    what: "tables over a large registry, against MLflow's client and its own page: server, browser, indexing",
    prepare(words) {
      const options = registry.readOptions(words);
      return {
        help: options.help ? registry.HELP : null,
        run: (terminal) => runRegistry(options, { words, terminal, signal: stop.signal }),
      };
    },
  },
};

process.exitCode = await main(process.argv.slice(2));
if (process.connected) process.disconnect();

async function main([name, ...words]: string[]): Promise<number> {
  const benchmark = name === undefined ? undefined : BENCHMARKS[name];
  if (benchmark === undefined) {
    const lines = Object.entries(BENCHMARKS).map(([each, { what }]) => `  ${each.padEnd(10)} ${what}`);
    const usage = `npm run bench -- <name> [options]\n\n${lines.join("\n")}\n\n--help behind a name tells its options.\n`;
    (name === undefined ? process.stdout : process.stderr).write(usage);
    return name === undefined ? 0 : 2;
  }
  const prepared = prepare(benchmark, words);
  if (prepared === undefined) return 2;
  if (prepared.help !== null) {
    process.stdout.write(prepared.help);
    return 0;
  }
  using terminal = new Terminal(process.stdout);
  try {
    await prepared.run(terminal);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) terminal.line("Stopped.");
    else terminal.line(error instanceof Refusal ? error.message : describe(error));
    return 1;
  }
}

function prepare(
  benchmark: Benchmark,
  words: readonly string[],
): ReturnType<Benchmark["prepare"]> | undefined {
  try {
    return benchmark.prepare(words);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
