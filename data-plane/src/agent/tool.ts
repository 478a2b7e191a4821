/** Runs a program of Slipway's own (uv, the download, probes): bounded in time, with a clean environment, bound to our life. */
import { join } from "node:path";
import { execa } from "execa";
import { stepBack } from "./priority.ts";
import type { ProcessRecords } from "./process-records.ts";

export interface ToolRun {
  command: string;
  arguments: readonly string[];
  cwd?: string;
  environment: Record<string, string>;
  timeoutMs: number;
  user?: { uid: number; gid: number };
  input?: string;
  onOut?: (line: string) => void;
  onError?: (line: string) => void;
}

export interface ToolResult {
  ok: boolean;
  timedOut: boolean;
  out: string;
  error: string;
}

export type RunTool = (run: ToolRun) => Promise<ToolResult>;

/** Makes the runner. `python` starts the small program that has Linux kill the tool should the data plane die. */
export function createToolRunner(options: {
  python: string;
  workerFolder: string;
  records: ProcessRecords;
  stopped: AbortSignal;
}): RunTool {
  const binder = ["-I", "-S", join(options.workerFolder, "run_bound.py")];
  return async (run) => {
    // Another user may not be able to execute our Python; what runs as one is short and bounded by its time-out.
    const bound = run.user === undefined ? [options.python, ...binder, run.command] : [run.command];
    const [program = run.command, ...before] = bound;
    const child = execa(program, [...before, ...run.arguments], {
      env: run.environment,
      extendEnv: false,
      timeout: run.timeoutMs,
      cancelSignal: options.stopped,
      forceKillAfterDelay: 3_000,
      reject: false,
      stripFinalNewline: false,
      stdout: eachLine(run.onOut),
      stderr: eachLine(run.onError),
      ...(run.input === undefined ? { stdin: "ignore" as const } : { input: run.input }),
      ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
      ...run.user,
    });
    const { pid } = child;
    if (pid !== undefined) {
      options.records.add(pid);
      stepBack(pid);
    }
    const result = await child;
    if (pid !== undefined) options.records.remove(pid);
    const failedToRun = result.failed && result.exitCode === undefined && !result.timedOut;
    return {
      ok: !result.failed,
      timedOut: result.timedOut,
      out: String(result.stdout ?? ""),
      error: failedToRun ? `${result.stderr ?? ""}${result.shortMessage ?? ""}` : String(result.stderr ?? ""),
    };
  };
}

/** A transform that lets lines through and tells them. */
function eachLine(tell: ((line: string) => void) | undefined) {
  return function* pass(line: unknown) {
    tell?.(String(line));
    yield line;
  };
}
