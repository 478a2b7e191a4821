/** Runs a program to its end for a step: shows its newest line, keeps its output for the message when it fails. */
import { ExecaError, execa } from "execa";
import { Refusal } from "#terminal/refusal.ts";
import type { Step } from "#terminal/terminal.ts";

const OUTPUT_LINES_SHOWN = 25;

export interface CommandOptions {
  /** What the program is for, as the subject of the failure's message: `The console's build`. */
  purpose: string;
  step?: Step | undefined;
  signal?: AbortSignal | undefined;
  environment?: NodeJS.ProcessEnv;
  workingFolder?: string;
  user?: { uid: number; gid: number } | undefined;
  input?: string;
  /** Turns well-known output of a failure into what to do about it. */
  advise?: (output: string) => string | undefined;
}

/**
 * Runs a program and returns its standard output.
 * @throws Refusal with the end of its output when it fails.
 */
export async function runCommand(
  [program, ...words]: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<string> {
  const { purpose, step, signal, environment, workingFolder, user, input = "", advise } = options;
  try {
    const running = execa(program, words, {
      all: true,
      input,
      forceKillAfterDelay: 5_000,
      ...(environment === undefined ? {} : { env: environment, extendEnv: false }),
      ...(workingFolder === undefined ? {} : { cwd: workingFolder }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      ...user,
    });
    if (step !== undefined) {
      running.all.on("data", (chunk: Buffer) => {
        const line = chunk.toString("utf8").trimEnd().split("\n").at(-1);
        if (line !== undefined && line !== "") step.progress(line);
      });
    }
    return (await running).stdout;
  } catch (error) {
    if (!(error instanceof ExecaError) || error.isCanceled) throw error;
    const output = typeof error.all === "string" ? error.all : error.shortMessage;
    const advice = advise?.(output);
    const end = output.trimEnd().split("\n").slice(-OUTPUT_LINES_SHOWN).join("\n");
    throw new Refusal(`${purpose} failed.${advice === undefined ? "" : ` ${advice}`}\n${end}`, {
      cause: error,
    });
  }
}

/** Says what to do when a package index could not be reached. */
export function adviseOnNetwork(output: string): string | undefined {
  const unreachable =
    /dns error|failed to lookup|name resolution|error sending request|client error \(Connect\)|Failed to establish a new connection|Network is unreachable|timed out/i;
  return unreachable.test(output)
    ? "The Python package index could not be reached: check the network, or set HTTPS_PROXY or UV_INDEX_URL."
    : undefined;
}
