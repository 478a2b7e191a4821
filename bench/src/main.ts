/** `npm run bench -- <name> …`: side-by-side benchmarks. Exit codes: 0 done, 1 failed, 2 used wrongly. */
import { Refusal } from "@slipway/cli/terminal/refusal";
import { Terminal } from "@slipway/cli/terminal/terminal";
import { HELP, type Options, readOptions } from "#serving/options.ts";
import { runServing } from "#serving/run.ts";

const BENCHMARKS = {
  serving:
    "the same models and payloads on Slipway, MLflow and its peers: throughput, latency, starts, memory",
} as const;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
process.once("disconnect", () => stop.abort());

process.exitCode = await main(process.argv.slice(2));
if (process.connected) process.disconnect();

async function main([name, ...words]: string[]): Promise<number> {
  if (name !== "serving") {
    const lines = Object.entries(BENCHMARKS).map(([each, what]) => `  ${each.padEnd(10)} ${what}`);
    const usage = `npm run bench -- <name> [options]\n\n${lines.join("\n")}\n\n--help behind a name tells its options.\n`;
    (name === undefined ? process.stdout : process.stderr).write(usage);
    return name === undefined ? 0 : 2;
  }
  const options = readServingOptions(words);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  using terminal = new Terminal(process.stdout);
  try {
    await runServing(options, { words, terminal, signal: stop.signal });
    return 0;
  } catch (error) {
    if (stop.signal.aborted) terminal.line("Stopped.");
    else terminal.line(error instanceof Refusal ? error.message : describe(error));
    return 1;
  }
}

function readServingOptions(words: readonly string[]): Options | undefined {
  try {
    return readOptions(words);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
