/**
 * One process kept alive: started in a process group of its own, awaited until it is ready, started again with back-off
 * when it dies, ended politely when asked. It never decides what to run or in which order; callers do.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "#terminal/refusal.ts";
import { formatDuration } from "#terminal/terminal.ts";
import { BackOff } from "./back-off.ts";
import { onLeash } from "./leash.ts";
import { LogFile } from "./log-file.ts";
import { type PlaneMessage, planeMessageSchema, type SupervisorMessage } from "./messages.ts";
import { removeRecord, writeRecord } from "./process-record.ts";
import { killGroup, terminateGroup } from "./terminate.ts";

const READY_MS_MAX = 180_000;
const READY_POLL_MS = 100;
const ANSWER_MS_MAX = 30_000;
const START_ATTEMPTS_MAX = 2;
const LAST_LINES_MS_MAX = 2_000;

/** What to run and how to know that it is up. */
export interface ProcessSpec {
  /** For people and for file names, e.g. `control-plane`. */
  name: string;
  command: readonly [string, ...string[]];
  environment: NodeJS.ProcessEnv;
  /** `message`: it says `ready` over IPC. Else it runs on a leash and this is asked until it answers true. */
  ready: "message" | ((pid: number) => Promise<boolean>);
  stopSignal: "SIGTERM" | "SIGINT";
  graceMs: number;
  workingFolder?: string;
  /** The unprivileged user to run as. */
  user?: { uid: number; gid: number } | undefined;
  /** Done before each start: heals what the last death left. */
  prepare?: () => Promise<void>;
  /** Called each time that it is ready, also after a restart. */
  onReady?: (self: SupervisedProcess) => void;
}

/** Where a supervised process leaves its traces, and who is told when something goes wrong. */
export interface Surroundings {
  run: string;
  logs: string;
  warn(text: string): void;
}

export class SupervisedProcess {
  readonly spec: ProcessSpec;
  readonly #surroundings: Surroundings;
  readonly #log: LogFile;
  readonly #stopping = new AbortController();
  readonly #backOff = new BackOff();
  readonly #messages = new EventTarget();
  #child: ChildProcess | undefined;
  #life: Promise<void> | undefined;
  #everReady = false;
  #failedStarts = 0;

  constructor(spec: ProcessSpec, surroundings: Surroundings) {
    this.spec = spec;
    this.#surroundings = surroundings;
    this.#log = new LogFile(join(surroundings.logs, `${spec.name}.log`));
  }

  /** The id of the running process, if one runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts it and resolves when it is ready for the first time. From then on it is kept alive.
   * @throws Refusal with the newest lines of its log when it ends before it was ever ready.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stopped = () => reject(new Refusal(`${this.spec.name} was stopped before it was ready.`));
      this.#life = this.#keepAlive(resolve).then(stopped, (error: unknown) => {
        this.#stopping.abort();
        if (this.#everReady) this.#surroundings.warn(`${this.spec.name} is given up: ${String(error)}`);
        reject(error);
      });
    });
  }

  /** Ends it and everything in its process group. */
  async stop(): Promise<void> {
    if (this.#life === undefined) return;
    this.#stopping.abort();
    const pid = this.#child?.pid;
    if (pid !== undefined) await terminateGroup(pid, this.spec.stopSignal, this.spec.graceMs);
    await this.#life;
    this.#log[Symbol.dispose]();
    this.#life = undefined;
  }

  /** Sends a message; one that cannot be delivered is lost with the process, whose next `onReady` comes. */
  send(message: SupervisorMessage): void {
    if (this.#child?.connected) this.#child.send(message, () => undefined);
  }

  /** Sends a message and waits for the answer of the given type. */
  async ask<T extends PlaneMessage["type"]>(
    message: SupervisorMessage,
    type: T,
  ): Promise<Extract<PlaneMessage, { type: T }>> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
    const answer = once(this.#messages, type, { signal });
    this.send(message);
    const [event] = (await answer) as [CustomEvent<Extract<PlaneMessage, { type: T }>>];
    return event.detail;
  }

  async #keepAlive(onFirstReady: () => void): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const startedMs = Date.now();
      const fate = await this.#runOnce(onFirstReady);
      if (this.#stopping.signal.aborted) return;
      if (!this.#everReady) {
        this.#failedStarts += 1;
        if (this.#failedStarts >= START_ATTEMPTS_MAX) throw this.#startFailure(fate);
      }
      const delayMs = this.#backOff.next(Date.now() - startedMs);
      this.#surroundings.warn(
        `${this.spec.name} ended (${fate}); starting it again in ${formatDuration(delayMs)}`,
      );
      await delay(delayMs, undefined, { signal: this.#stopping.signal }).catch(ignoreAbort);
    }
  }

  /** Runs the process once, from its start to the end of its whole group, and says how it ended. */
  async #runOnce(onFirstReady: () => void): Promise<string> {
    await this.spec.prepare?.();
    const child = this.#spawn();
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
      child.once("error", (error) => resolve(error.message));
    });
    if (child.pid === undefined) return exited;
    const read = new Promise((resolve) => child.once("close", resolve));
    this.#child = child;
    const { run, warn } = this.#surroundings;
    writeRecord(run, this.spec.name, child.pid, this.spec.stopSignal);
    // A stop that was asked for while `prepare` ran has seen no process yet.
    if (this.#stopping.signal.aborted) child.kill(this.spec.stopSignal);
    const outcome = await Promise.race([exited, this.#untilReady(child)]);
    if (outcome === "ready") {
      if (this.#everReady) warn(`${this.spec.name} is back`);
      this.#everReady = true;
      onFirstReady();
      this.spec.onReady?.(this);
    } else if (outcome === "late") {
      this.#log.write(Buffer.from(`not ready after ${formatDuration(READY_MS_MAX)}, killed\n`));
      await killGroup(child.pid);
    }
    const fate = await exited;
    await killGroup(child.pid);
    // What it wrote last is still to be read, unless something that left its group holds the pipes open.
    await Promise.race([read, delay(LAST_LINES_MS_MAX, undefined, { ref: false })]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    removeRecord(run, this.spec.name);
    this.#child = undefined;
    return fate;
  }

  #spawn(): ChildProcess {
    const { command, environment, ready, stopSignal, workingFolder, user } = this.spec;
    const ipc = ready === "message";
    const [program, ...words] = ipc ? command : onLeash(command, stopSignal);
    const child = spawn(program as string, words, {
      stdio: ["ignore", "pipe", "pipe", ipc ? "ipc" : "pipe"],
      detached: true,
      env: environment,
      ...(workingFolder === undefined ? {} : { cwd: workingFolder }),
      ...user,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => this.#log.write(chunk));
    }
    child.on("message", (message) => {
      const parsed = planeMessageSchema.safeParse(message);
      if (!parsed.success) return;
      this.#messages.dispatchEvent(new CustomEvent(parsed.data.type, { detail: parsed.data }));
    });
    return child;
  }

  async #untilReady(child: ChildProcess): Promise<"ready" | "late"> {
    const deadline = AbortSignal.timeout(READY_MS_MAX);
    const { ready } = this.spec;
    if (ready === "message") {
      return once(this.#messages, "ready", { signal: deadline }).then(
        () => "ready" as const,
        () => "late" as const,
      );
    }
    while (child.exitCode === null && child.signalCode === null && !deadline.aborted) {
      if (await ready(child.pid as number)) return "ready";
      await delay(READY_POLL_MS);
    }
    return "late";
  }

  #startFailure(fate: string): Refusal {
    return new Refusal(
      `${this.spec.name} could not start (${fate}). The newest lines of ${this.#log.path}:\n${this.#log.tail()}`,
    );
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
