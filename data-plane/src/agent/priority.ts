/**
 * Who gets the processor when several want it: what serves before what is being started, and of what serves the one that has
 * little to do before the one that keeps a core busy.
 */
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { processorTicks } from "./process-records.ts";

const STARTING = constants.priority.PRIORITY_BELOW_NORMAL;
const SERVING = constants.priority.PRIORITY_NORMAL;
/** A third of the weight of the others, where they want the same core. */
const BUSY = SERVING + 5;
/** Cores that one worker takes: from here on it is busy, and below the second no longer. */
const BUSY_CORES = 0.6;
const CALM_CORES = 0.3;
/** Linux tells processor time in hundredths of a second, whatever its clock (`USER_HZ`, proc(5)). */
const TICK_MS = 10;

/** `CAP_SYS_NICE` of capabilities(7): root of a machine has it, root of a container mostly has not. */
const SYS_NICE = 1n << 23n;
/** Who may not raise a priority again does not lower one. */
const MAY_RAISE = process.platform === "linux" && mayRaise(readFileSync("/proc/self/status", "utf8"));

/** Whether a process may raise priorities, by what Linux tells of it in `/proc/<pid>/status`. */
export function mayRaise(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective !== undefined && (BigInt(`0x${effective}`) & SYS_NICE) !== 0n;
}

/** Puts a worker that begins to load behind those that serve. */
export function stepBack(pid: number): void {
  if (MAY_RAISE) setOne(pid, STARTING);
}

/** Puts a worker that has loaded level with the others, with all threads that it has begun meanwhile. */
export async function stepForward(pid: number): Promise<void> {
  if (!MAY_RAISE) return;
  await setAll(pid, SERVING);
}

/** Keeps a worker behind the others for good, with all threads that it has begun. */
export async function stayBack(pid: number): Promise<void> {
  if (process.platform !== "linux") return;
  await setAll(pid, STARTING);
}

/**
 * Where one worker that serves stands, by what it took since the last look: behind the others while it keeps a core busy, so
 * that its neighbours, and the gateway, wait less for theirs. Looked at every half second; only on Linux, with `CAP_SYS_NICE`.
 */
export class Standing {
  readonly #pid: number;
  #isBusy = false;
  #last: { atMs: number; ticks: number } | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Looks, and moves it where it belongs. */
  async look(): Promise<void> {
    if (!MAY_RAISE) return;
    const ticks = processorTicks(this.#pid);
    if (ticks === undefined) return;
    const now = { atMs: performance.now(), ticks };
    const last = this.#last;
    this.#last = now;
    if (last === undefined) return;
    const cores = ((now.ticks - last.ticks) * TICK_MS) / (now.atMs - last.atMs);
    const isBusy = this.#isBusy ? cores > CALM_CORES : cores > BUSY_CORES;
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    await setAll(this.#pid, isBusy ? BUSY : SERVING);
  }
}

async function setAll(pid: number, priority: number): Promise<void> {
  // The process may have ended between the two looks.
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  for (const thread of threads) setOne(Number(thread), priority);
}

/** Linux keeps a priority for each thread. */
function setOne(thread: number, priority: number): void {
  try {
    setPriority(thread, priority);
  } catch {
    // It has ended.
  }
}
