/** One worker process: forked from a template or started with a clean environment, watched, ended politely and then firmly. */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Batching } from "@slipway/contracts/api/serving";
import { type WorkerEvent, workerEventSchema } from "@slipway/contracts/frame";
import type { NamedFiles } from "./byte-code.ts";
import { Failure } from "./failure.ts";
import { forkChild } from "./forked-child.ts";
import { makeOwnFolder, type WorkerUser } from "./isolation.ts";
import { forEachLine } from "./line-splitter.ts";
import { proportionalBytes, residentBytes } from "./memory.ts";
import { Standing, stayBack, stepBack, stepForward } from "./priority.ts";
import type { Template } from "./template.ts";
import { type Ending, spawnChild, type WorkerChild } from "./worker-child.ts";
import { WorkerConnection } from "./worker-connection.ts";
import { baseEnvironment, homeVariables, type WorkerHost } from "./worker-host.ts";

export type ReadyEvent = Extract<WorkerEvent, { event: "ready" }>;

export interface WorkerSpec {
  python: string;
  /** Packages of the worker's own. */
  support: string | null;
  modelFolder: string;
  variables: Record<string, string>;
  cpuThreads: number;
  memoryBytes: number;
  user: WorkerUser | null;
  batching: Batching["mode"];
  /** The deployment's id and the model's version, as the protocols tell them. */
  name: string;
  version: string;
}

/** How a worker is to be started. */
export interface WorkerStart {
  /** Forked from this one; null: a process of its own. */
  template: Template | null;
  /** Which of the files that it imports it shall write down. */
  names: NamedFiles;
  /** Somebody waits for it: it need not stand back while it loads. */
  urgent: boolean;
  /** Takes each line that it prints. */
  log: (line: string) => void;
}

interface Folders {
  socket: string;
  home: string;
}

const PROCESSES_MAX = 8_192;
/** What a process may reserve, as a multiple of what it may hold: stacks and arenas are reserved larger than they are used. */
const ADDRESSED_SHARE = 1.5;
/** What MLflow's packages reserve when they are imported, and hardly use: pyarrow's allocators alone take 1 GiB. */
const RESERVED_BYTES = 1.25 * 1024 ** 3;
const POLITE_MS = 5_000;
const WATCH_MS = 500;
/** Of a fork, what it shares with others is counted anew so often, first soon after its start: that costs more than its size. */
const SHARE_EVERY_MS = 10_000;
const SHARE_FIRST_MS = 1_500;
/** An event carries the body of the smoke test, which may be as large as a request, written as JSON once more. */
const EVENT_LENGTH_MAX = 64 * 1024 ** 2;

export class WorkerProcess {
  readonly #child: WorkerChild;
  readonly #folders: Folders;
  readonly #exited: Promise<void>;
  readonly #events: Promise<ReadyEvent>;
  /** Why we killed it, when we did. */
  #killed: Failure | undefined;
  #ended: Ending | undefined;
  readonly #warn: (error: unknown) => void;
  readonly isForked: boolean;
  /** Of one that serves. */
  #standing: Standing | undefined;
  /**
   * What it holds, for people to see: of a fork what it holds alone and its share of what all forks of a template have in
   * common, so that the sum over replicas is what they take together. Its limit is compared with all that it can reach.
   */
  memoryBytes: number | null = null;

  private constructor(
    child: WorkerChild,
    folders: Folders,
    { host, spec, isForked }: { host: WorkerHost; spec: WorkerSpec; isForked: boolean },
  ) {
    this.#child = child;
    this.#folders = folders;
    this.#warn = host.warn;
    this.isForked = isForked;
    host.records.add(child.pid);
    this.#exited = child.exited.then((ending) => {
      this.#ended = ending;
      host.records.remove(child.pid);
    });
    this.#events = this.#awaitReady(host.loadTimeoutMs);
    // The one who starts the worker awaits `ready`; until then a failure must not count as unhandled.
    this.#events.catch(() => undefined);
    this.#exited.catch(() => undefined);
    void this.#watch(spec.memoryBytes);
  }

  /**
   * Starts a worker.
   * @throws ForkError when its template gives none.
   */
  static async start(host: WorkerHost, spec: WorkerSpec, how: WorkerStart): Promise<WorkerProcess> {
    const { template, log, urgent } = how;
    const id = randomBytes(6).toString("hex");
    const folders = { socket: join(host.socketsFolder, id), home: join(host.scratchFolder, id) };
    try {
      await makeOwnFolder(folders.socket, spec.user);
      await makeOwnFolder(folders.home, spec.user);
      const { socket: socketFolder, home: folder } = folders;
      const place = { folder, arguments: argumentsOf(spec, folders, how.names) };
      const child =
        template === null
          ? spawnChild({ ...spec, ...place, environment: baseEnvironment(host, spec, folder) }, log)
          : await forkChild(template, { ...place, socketFolder, environment: homeVariables(folder) }, log);
      if (!urgent) stepBack(child.pid);
      return new WorkerProcess(child, folders, { host, spec, isForked: template !== null });
    } catch (error) {
      await removeFolders(folders, host.warn);
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid;
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

  /** Where the worker has listed the files that it imported. */
  get modulesPath(): string {
    return modulesPathIn(this.#folders);
  }

  /** Where the worker has listed the names of what it imported. */
  get importsPath(): string {
    return importsPathIn(this.#folders);
  }

  /** Connects, once it listens; from here on it has as much right to the processor as any other. */
  async connect(): Promise<WorkerConnection> {
    await stepForward(this.#child.pid);
    this.#standing = new Standing(this.#child.pid);
    return WorkerConnection.open(socketIn(this.#folders));
  }

  /** Keeps it behind those that serve for good, with all threads that it has begun. */
  async stayBack(): Promise<void> {
    this.#standing = undefined;
    await stayBack(this.#child.pid);
  }

  /** How it ended, in words. */
  get ending(): Failure {
    return this.#killed ?? new Failure("LoadFailed", `The worker ${describeEnding(this.#ended)}.`);
  }

  /** Kills at once, for a reason that is shown. */
  kill(why: Failure): void {
    this.#killed ??= why;
    this.#child.kill("SIGKILL");
  }

  /** Ends it: a polite signal, a bounded wait, then by force. Its folders go with it. */
  async stop(): Promise<void> {
    if (this.#ended === undefined) {
      this.#child.kill("SIGTERM");
      const force = setTimeout(() => this.#child.kill("SIGKILL"), POLITE_MS);
      await this.#exited;
      clearTimeout(force);
    }
    await removeFolders(this.#folders, this.#warn);
  }

  async #awaitReady(timeoutMs: number): Promise<ReadyEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadyEvent>();
    const take = (line: string) => {
      const event = parseEvent(line);
      if (event?.event === "ready") resolve(event);
      if (event?.event === "failed") reject(new Failure("LoadFailed", event.error));
    };
    forEachLine(this.#child.events, take, EVENT_LENGTH_MAX);
    this.#child.events.resume();
    const timer = setTimeout(() => {
      this.kill(
        new Failure(
          "LoadFailed",
          `The model was not loaded within ${Math.round(timeoutMs / 1000)} s and was stopped.`,
        ),
      );
    }, timeoutMs);
    // Its last lines have been read by then, so an error line is not lost to a fast end.
    void this.#child.closed.then(() => reject(this.ending));
    return promise.finally(() => clearTimeout(timer));
  }

  async #watch(memoryBytesMax: number): Promise<void> {
    const { pid } = this.#child;
    let sharedAtMs = performance.now() + SHARE_FIRST_MS - SHARE_EVERY_MS;
    while (this.#ended === undefined) {
      const bytes = await residentBytes(pid);
      if (bytes !== null && bytes > memoryBytesMax) this.kill(memoryExceeded(bytes, memoryBytesMax));
      if (!this.isForked) this.memoryBytes = bytes;
      else if (performance.now() - sharedAtMs >= SHARE_EVERY_MS) {
        this.memoryBytes = await proportionalBytes(pid);
        sharedAtMs = performance.now();
      }
      await this.#standing?.look();
      await Promise.race([this.#exited, new Promise((resolve) => setTimeout(resolve, WATCH_MS))]);
    }
    this.memoryBytes = null;
  }
}

/** What Python is refused beyond, in bytes: somewhat above what the worker may hold, which is watched. */
export function memoryLimitOf({ memoryBytes }: Pick<WorkerSpec, "memoryBytes">): number {
  return Math.ceil(memoryBytes * ADDRESSED_SHARE + RESERVED_BYTES);
}

function argumentsOf(spec: WorkerSpec, folders: Folders, names: NamedFiles): string[] {
  const words = ["--model", spec.modelFolder, "--socket", socketIn(folders)];
  words.push("--imports", importsPathIn(folders));
  if (spec.support !== null) words.push("--packages", spec.support);
  if (names !== "none") words.push("--modules", modulesPathIn(folders));
  if (names === "all") words.push("--modules-of-template");
  words.push("--memory-max", String(memoryLimitOf(spec)));
  if (spec.user !== null) words.push("--processes-max", String(PROCESSES_MAX));
  words.push("--batching", spec.batching, "--name", spec.name, "--version", spec.version);
  return words;
}

function socketIn({ socket }: Folders): string {
  return join(socket, "s");
}

function modulesPathIn({ home }: Folders): string {
  return join(home, "modules.txt");
}

function importsPathIn({ home }: Folders): string {
  return join(home, "imports.txt");
}

async function removeFolders(folders: Folders, warn: (error: unknown) => void): Promise<void> {
  for (const folder of Object.values(folders)) {
    await rm(folder, { recursive: true, force: true }).catch(warn);
  }
}

function memoryExceeded(bytes: number, bytesMax: number): Failure {
  const [used, limit] = [bytes, bytesMax].map((size) => Math.round(size / 1024 ** 2));
  return new Failure(
    "MemoryExceeded",
    `The worker was stopped: it used ${used} MiB, more than its limit of ${limit} MiB. Give the deployment more memory.`,
  );
}

function describeEnding(ending: Ending | undefined): string {
  if (ending === undefined || (ending.code === null && ending.signal === null)) return "ended";
  return ending.signal === null ? `ended with exit code ${ending.code}` : `was killed by ${ending.signal}`;
}

function parseEvent(line: string): WorkerEvent | undefined {
  try {
    return workerEventSchema.parse(JSON.parse(line));
  } catch {
    return undefined; // the model's code shares the process and may write anywhere
  }
}
