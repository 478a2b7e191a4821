/** One worker process: started with a clean environment, watched, ended politely and then firmly. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type WorkerEvent, workerEventSchema } from "@slipway/contracts/frame";
import { Failure } from "./failure.ts";
import { makeOwnFolder, type WorkerUser } from "./isolation.ts";
import { forEachLine } from "./line-splitter.ts";
import { residentBytes } from "./memory.ts";
import { stepBack, stepForward } from "./priority.ts";
import type { ProcessRecords } from "./process-records.ts";
import { WorkerConnection } from "./worker-connection.ts";

export type ReadyEvent = Extract<WorkerEvent, { event: "ready" }>;

/** What every worker of this data plane has in common. */
export interface WorkerHost {
  workerFolder: string;
  socketsFolder: string;
  scratchFolder: string;
  /** The few variables of the host that a worker may see. */
  environment: Record<string, string>;
  records: ProcessRecords;
  loadTimeoutMs: number;
  /** Told of what could not be cleaned up. */
  warn: (error: unknown) => void;
}

export interface WorkerSpec {
  python: string;
  modelFolder: string;
  variables: Record<string, string>;
  cpuThreads: number;
  memoryBytes: number;
  user: WorkerUser | null;
}

const PROCESSES_MAX = 8_192;
/** What a process may reserve, as a multiple of what it may hold: stacks and arenas are reserved larger than they are used. */
const ADDRESSED_SHARE = 1.5;
const POLITE_MS = 5_000;
const MEMORY_WATCH_MS = 500;
/** An event carries the body of the smoke test, which may be as large as a request, written as JSON once more. */
const EVENT_LENGTH_MAX = 64 * 1024 ** 2;

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #folders: { socket: string; home: string };
  readonly #exited: Promise<void>;
  readonly #events: Promise<ReadyEvent>;
  /** Why we killed it, when we did. */
  #killed: Failure | undefined;
  #ended = false;
  readonly #warn: (error: unknown) => void;
  memoryBytes: number | null = null;

  private constructor(
    child: ChildProcess,
    folders: { socket: string; home: string },
    { host, spec }: { host: WorkerHost; spec: WorkerSpec },
  ) {
    this.#child = child;
    this.#folders = folders;
    this.#warn = host.warn;
    const { pid } = child;
    if (pid !== undefined) host.records.add(pid);
    this.#exited = once(child, "exit").then(async () => {
      this.#ended = true;
      if (pid !== undefined) host.records.remove(pid);
    });
    this.#events = this.#awaitReady(host.loadTimeoutMs);
    // The one who starts the worker awaits `ready`; until then a failure must not count as unhandled.
    this.#events.catch(() => undefined);
    this.#exited.catch(() => undefined);
    void this.#watchMemory(spec.memoryBytes);
  }

  /** Starts a worker; `log` takes each line that it prints. */
  static async start(
    host: WorkerHost,
    spec: WorkerSpec,
    log: (line: string) => void,
  ): Promise<WorkerProcess> {
    const id = randomBytes(6).toString("hex");
    const folders = { socket: join(host.socketsFolder, id), home: join(host.scratchFolder, id) };
    await makeOwnFolder(folders.socket, spec.user);
    await makeOwnFolder(folders.home, spec.user);
    const args = ["-m", "slipway_worker", "--model", spec.modelFolder];
    args.push("--socket", join(folders.socket, "s"), "--modules", join(folders.home, "modules.txt"));
    args.push("--memory-max", String(Math.ceil(spec.memoryBytes * ADDRESSED_SHARE)));
    if (spec.user !== null) args.push("--processes-max", String(PROCESSES_MAX));
    const child = spawn(spec.python, args, {
      cwd: folders.home,
      env: workerEnvironment(host, spec, folders.home),
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      ...(spec.user === null ? {} : spec.user),
    });
    child.on("error", () => undefined); // `exit` or a missing pid tells it
    // It may be gone when we end its input; that is no error.
    child.stdin?.on("error", () => undefined);
    if (child.stdout) forEachLine(child.stdout, log);
    if (child.stderr) forEachLine(child.stderr, log);
    if (child.pid === undefined) throw new Failure("LoadFailed", `${spec.python} cannot be started.`);
    stepBack(child.pid);
    return new WorkerProcess(child, folders, { host, spec });
  }

  /**
   * Resolves when the worker listens.
   * @throws Failure with the Python error line when it cannot load the model, ends, or takes too long.
   */
  get ready(): Promise<ReadyEvent> {
    return this.#events;
  }

  /** Resolves when the process has ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Where the worker has listed what it imported. */
  get modulesPath(): string {
    return join(this.#folders.home, "modules.txt");
  }

  /** Connects, once it listens; from here on it has as much right to the processor as any other. */
  async connect(): Promise<WorkerConnection> {
    if (this.#child.pid !== undefined) await stepForward(this.#child.pid);
    return WorkerConnection.open(join(this.#folders.socket, "s"));
  }

  /** How it ended, in words. */
  get ending(): Failure {
    if (this.#killed !== undefined) return this.#killed;
    const { exitCode, signalCode } = this.#child;
    const how = signalCode === null ? `ended with exit code ${exitCode}` : `was killed by ${signalCode}`;
    return new Failure("LoadFailed", `The worker ${how}.`);
  }

  /** Kills at once, for a reason that is shown. */
  kill(why: Failure): void {
    this.#killed ??= why;
    this.#child.kill("SIGKILL");
  }

  /** Ends it: a polite signal, a bounded wait, then by force. Its folders go with it. */
  async stop(): Promise<void> {
    if (!this.#ended) {
      this.#child.kill("SIGTERM");
      const force = setTimeout(() => this.#child.kill("SIGKILL"), POLITE_MS);
      await this.#exited;
      clearTimeout(force);
    }
    for (const folder of Object.values(this.#folders)) {
      await rm(folder, { recursive: true, force: true }).catch(this.#warn);
    }
  }

  async #awaitReady(timeoutMs: number): Promise<ReadyEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadyEvent>();
    const pipe = this.#child.stdio[3];
    if (pipe instanceof Readable) {
      const take = (line: string) => {
        const event = parseEvent(line);
        if (event?.event === "ready") resolve(event);
        if (event?.event === "failed") reject(new Failure("LoadFailed", event.error));
      };
      forEachLine(pipe, take, EVENT_LENGTH_MAX);
    }
    const timer = setTimeout(() => {
      this.kill(
        new Failure(
          "LoadFailed",
          `The model was not loaded within ${Math.round(timeoutMs / 1000)} s and was stopped.`,
        ),
      );
    }, timeoutMs);
    // `close` comes after the pipes' last lines, so an error line is not lost to a fast end.
    this.#child.once("close", () => reject(this.ending));
    return promise.finally(() => clearTimeout(timer));
  }

  async #watchMemory(memoryBytesMax: number): Promise<void> {
    const { pid } = this.#child;
    while (pid !== undefined && !this.#ended) {
      this.memoryBytes = await residentBytes(pid);
      if (this.memoryBytes !== null && this.memoryBytes > memoryBytesMax) {
        const [used, limit] = [this.memoryBytes, memoryBytesMax].map((bytes) =>
          Math.round(bytes / 1024 ** 2),
        );
        this.kill(
          new Failure(
            "MemoryExceeded",
            `The worker was stopped: it used ${used} MiB, more than its limit of ${limit} MiB. Give the deployment more memory.`,
          ),
        );
      }
      await Promise.race([this.#exited, new Promise((resolve) => setTimeout(resolve, MEMORY_WATCH_MS))]);
    }
    this.memoryBytes = null;
  }
}

/** Nothing of Slipway's, the deployment's variables, and on top what the worker needs to stay bound. */
function workerEnvironment(host: WorkerHost, spec: WorkerSpec, home: string): Record<string, string> {
  const threads = String(spec.cpuThreads);
  return {
    LANG: "C.UTF-8",
    ...host.environment,
    ...spec.variables,
    PATH: `${join(spec.python, "..")}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: home,
    USER: "slipway",
    LOGNAME: "slipway",
    PYTHONPATH: host.workerFolder,
    PYTHONUNBUFFERED: "1",
    PYTHONNOUSERSITE: "1",
    OMP_NUM_THREADS: threads,
    OPENBLAS_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    NUMEXPR_NUM_THREADS: threads,
  };
}

function parseEvent(line: string): WorkerEvent | undefined {
  try {
    return workerEventSchema.parse(JSON.parse(line));
  } catch {
    return undefined; // the model's code shares the process and may write anywhere
  }
}
