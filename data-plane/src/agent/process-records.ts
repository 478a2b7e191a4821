/**
 * What is written down about every child process, so that the next data plane ends what a killed one left behind.
 * A record is believed only when the process of that id also began at the recorded time.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const recordSchema = z.object({ pid: z.number().int().min(2), startMark: z.string().min(1) });

export class ProcessRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Writes a running process down. */
  add(pid: number): void {
    const startMark = startMarkOf(pid);
    if (startMark === undefined) return; // it is dead already
    writeFileSync(this.#path(pid), JSON.stringify({ pid, startMark }), { mode: 0o600 });
  }

  /** Forgets a process that has ended. */
  remove(pid: number): void {
    rmSync(this.#path(pid), { force: true });
  }

  /** Kills what an earlier data plane left running; gives how many that were. */
  endLeftovers(): number {
    let ended = 0;
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      const record = readRecord(path);
      if (record !== undefined && startMarkOf(record.pid) === record.startMark && kill(record.pid))
        ended += 1;
      rmSync(path, { force: true });
    }
    return ended;
  }

  #path(pid: number): string {
    return join(this.#folder, `${pid}.json`);
  }
}

/** True while the process of that id is the one that began then; one that only waits for its parent to ask has ended. */
export function isRunning(pid: number, startMark: string): boolean {
  return startMarkOf(pid) === startMark && (process.platform !== "linux" || statusOf(pid)[0] !== "Z");
}

/** Text that no other process of the same id has: when it began. */
export function startMarkOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return statusOf(pid)[19];
    const mark = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return mark === "" ? undefined : mark;
  } catch {
    return undefined; // there is no such process
  }
}

/** Processor time that a process has used, in ticks of the kernel's clock; undefined where that is not told. */
export function processorTicks(pid: number): number | undefined {
  const [user, system] = statusOf(pid).slice(11, 13).map(Number);
  return user === undefined || system === undefined ? undefined : user + system;
}

/** What Linux tells of a process, from its state (the 3rd field) on; empty when there is none. */
function statusOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return []; // it ended
  }
}

function readRecord(path: string): z.infer<typeof recordSchema> | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined; // cut off when its writer was killed: nothing can be told from it
  }
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false; // it ended between the two looks
  }
}
