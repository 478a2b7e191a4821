/** Reads Linux's `/proc`: who runs, whose child it is, and what it has used. */
import { readdirSync, readFileSync } from "node:fs";

/** The kernel counts processor time in hundredths of a second, on every Linux that Node runs on. */
const TICK_MS = 10;

export interface ProcessFacts {
  pid: number;
  parent: number;
  /** Processor time of itself and of its children that have ended. */
  cpuMs: number;
}

/** Processor time of the whole machine since it was started, over all cores. */
export interface MachineTime {
  busyMs: number;
  /** What the hypervisor gave to others while somebody here wanted to run. */
  stolenMs: number;
}

/** Every process that runs now. */
export function processTable(): Map<number, ProcessFacts> {
  const table = new Map<number, ProcessFacts>();
  for (const name of readdirSync("/proc")) {
    const facts = /^\d+$/.test(name) ? processFacts(Number(name)) : undefined;
    if (facts !== undefined) table.set(facts.pid, facts);
  }
  return table;
}

/** What is known of a process; undefined when there is none. */
function processFacts(pid: number): ProcessFacts | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  // The name stands in parentheses and may hold anything.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined || fields[0] === "Z") return undefined;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), cpuMs: ticks * TICK_MS };
}

/** Processor time of this process's children that have ended, in ms. */
export function endedChildrenCpuMs(): number {
  const text = readFileSync("/proc/self/stat", "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

/** The machine's processor time so far. */
export function machineTime(): MachineTime {
  const line = readFileSync("/proc/stat", "utf8").split("\n", 1)[0] ?? "";
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return {
    busyMs: (user + nice + system + irq + softirq) * TICK_MS,
    stolenMs: steal * TICK_MS,
  };
}

/** Memory of a process in bytes, pages that it shares counted as its share of them (PSS). */
export function pssBytes(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`) ?? "") ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** A process may end between two looks. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
