/**
 * The `slipway` command. It reads the arguments, runs one command, and turns what it throws into a sentence and an
 * exit code: 0 done, 1 failed, 2 used wrongly.
 */
import { Command, CommanderError, Option } from "commander";
import { run } from "#commands/run.ts";
import { readSettings } from "#config/settings.ts";
import type { Plane } from "#supervisor/home-lock.ts";
import { Refusal } from "#terminal/refusal.ts";
import { Terminal } from "#terminal/terminal.ts";

const BOTH: readonly Plane[] = ["control", "data"];
/** A terminal's Ctrl-C reaches us directly and through npm: what comes this soon after the first is the same one. */
const SAME_SIGNAL_MS = 1_500;

const program = new Command("slipway")
  .description("Puts registered MLflow models into service.")
  .exitOverride();

program
  .command("start")
  .description("Start the control plane and the data plane, and keep them running.")
  .addOption(new Option("--plane <plane>", "Start only one of the two.").choices(BOTH))
  .action(({ plane }: { plane?: Plane }) => start({ planes: plane ? [plane] : BOTH, demo: false }));

program
  .command("demo")
  .description("Start Slipway together with a real MLflow server that holds sample models.")
  .action(() => start({ planes: BOTH, demo: true }));

process.exitCode = await main();
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(error instanceof Refusal ? `\n${error.message}\n` : `\n${describe(error)}\n`);
    return 1;
  }
}

async function start(options: { planes: readonly Plane[]; demo: boolean }): Promise<void> {
  using terminal = new Terminal(process.stdout);
  await run(options, { settings: readSettings(process.env), terminal, stop: stopSignal() });
}

/** Aborted by SIGINT, SIGTERM, a closed terminal, or the end of the process that started us. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted && Date.now() - firstMs > SAME_SIGNAL_MS) {
        process.stderr.write("Still stopping; what hangs is killed within 20 seconds.\n");
      }
      firstMs ||= Date.now();
      controller.abort();
    });
  }
  process.once("disconnect", () => controller.abort());
  return controller.signal;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
