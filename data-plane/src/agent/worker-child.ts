/** The process of a worker, as its supervisor sees it, and the plain way to start one. `forked-child.ts` is the other way. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { Failure } from "./failure.ts";
import type { WorkerUser } from "./isolation.ts";
import { forEachLine } from "./line-splitter.ts";

export interface WorkerChild {
  readonly pid: number;
  /** What it writes to file descriptor 3; it may have to be resumed. */
  readonly events: Readable;
  /** Resolves when the process has ended. */
  readonly exited: Promise<Ending>;
  /** Resolves when the process has ended and its last lines have been read. */
  readonly closed: Promise<Ending>;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

/** How a process ended: one of the two; neither where nobody could tell. */
export interface Ending {
  code: number | null;
  signal: string | null;
}

/** A process that a worker's process started may hold its pipes open: its last lines are not waited for longer. */
const LAST_LINES_MS = 2_000;

export interface SpawnOptions {
  python: string;
  arguments: readonly string[];
  folder: string;
  environment: Record<string, string>;
  user: WorkerUser | null;
}

/**
 * Starts a worker as a process of our own; `log` takes each line that it prints.
 * @throws Failure when the program cannot be run.
 */
export function spawnChild(options: SpawnOptions, log: (line: string) => void): WorkerChild {
  const { python, folder, environment, user } = options;
  const child = spawn(python, ["-m", "slipway_worker", ...options.arguments], {
    cwd: folder,
    env: environment,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    ...(user === null ? {} : user),
  });
  child.on("error", () => undefined); // `exit` or a missing pid tells it
  // It may be gone when we end its input; that is no error.
  child.stdin?.on("error", () => undefined);
  const events = child.stdio[3];
  if (child.pid === undefined || !(events instanceof Readable) || !child.stdout || !child.stderr) {
    throw new Failure("LoadFailed", `${python} cannot be started.`);
  }
  forEachLine(child.stdout, log);
  forEachLine(child.stderr, log);
  const exited = once(child, "exit").then(() => endingOf(child));
  const drained = once(child, "close").then(() => undefined);
  return {
    pid: child.pid,
    events,
    exited,
    closed: afterLastLines(exited, drained),
    kill: (signal) => void child.kill(signal),
  };
}

/** Waits, after the end of a process, for what it has printed to be read. */
export async function afterLastLines(exited: Promise<Ending>, drained: Promise<void>): Promise<Ending> {
  const ending = await exited;
  await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, LAST_LINES_MS))]);
  return ending;
}

function endingOf({ exitCode, signalCode }: ChildProcess): Ending {
  return { code: exitCode, signal: signalCode };
}
