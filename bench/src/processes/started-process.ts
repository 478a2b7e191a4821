/** One program that a benchmark runs for a while: started in a group of its own, ended with all that it has started. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { onLeash } from "@slipway/cli/supervisor/leash";
import { terminateGroup } from "@slipway/cli/supervisor/terminate";
import { Refusal } from "@slipway/cli/terminal/refusal";
import { ProcessTree } from "./process-tree.ts";

const GRACE_MS = 20_000;
const LOG_LINES_SHOWN = 20;

export interface ProcessToStart {
  /** For messages. */
  name: string;
  command: readonly [string, ...string[]];
  environment: NodeJS.ProcessEnv;
  workingFolder: string;
  /** What it prints goes here. */
  logPath: string;
}

export class StartedProcess implements AsyncDisposable {
  readonly startedMs: number = performance.now();
  readonly tree: ProcessTree;
  readonly #spec: ProcessToStart;
  readonly #child: ChildProcess;
  #ending: string | undefined;

  constructor(spec: ProcessToStart) {
    this.#spec = spec;
    const [program = "", ...words] = onLeash(spec.command, "SIGTERM");
    const log = openSync(spec.logPath, "w");
    this.#child = spawn(program, words, {
      cwd: spec.workingFolder,
      env: spec.environment,
      detached: true,
      // The leash ends the group when its pipe closes, however this process died.
      stdio: ["ignore", log, log, "pipe"],
    });
    closeSync(log);
    this.#child.once("error", (error) => {
      this.#ending = error.message;
    });
    this.#child.once("exit", (code, signal) => {
      this.#ending ??= signal ?? `exit code ${code}`;
    });
    this.tree = new ProcessTree(() => this.#child.pid);
  }

  /**
   * Asks until the answer is true.
   * @throws Refusal with the newest lines of its log when the process ends, or the time is over, before that.
   */
  async until(ask: () => Promise<boolean>, { withinMs, everyMs = 20, signal }: UntilOptions): Promise<void> {
    const deadlineMs = performance.now() + withinMs;
    while (!(await ask())) {
      signal.throwIfAborted();
      if (this.#ending !== undefined) throw this.#refusal(`ended (${this.#ending})`);
      if (performance.now() > deadlineMs) throw this.#refusal(`was not ready after ${withinMs / 1000} s`);
      await delay(everyMs);
    }
  }

  /** Ends the process, its group, and what it has started in other groups. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const started = this.tree.pids();
    const exited =
      this.#child.exitCode === null && this.#child.signalCode === null ? once(this.#child, "exit") : null;
    await terminateGroup(pid, "SIGTERM", GRACE_MS);
    await exited;
    for (const left of started.filter((each) => this.tree.pids().includes(each))) {
      try {
        process.kill(left, "SIGKILL");
      } catch {
        // it has ended meanwhile
      }
    }
  }

  #refusal(what: string): Refusal {
    const lines = readFileSync(this.#spec.logPath, "utf8").trimEnd().split("\n").slice(-LOG_LINES_SHOWN);
    return new Refusal(`${this.#spec.name} ${what}.\n${lines.join("\n")}`);
  }
}

export interface UntilOptions {
  withinMs: number;
  everyMs?: number;
  signal: AbortSignal;
}
