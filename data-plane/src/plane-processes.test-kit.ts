/** The Python processes of a data plane, found by their command lines. */
import { readdirSync, readFileSync } from "node:fs";

const TEMPLATE = "slipway_worker.template";

/** The process ids of the workers of a home, forked or not. */
export function workersOf(home: string): number[] {
  return processesOf(home).filter((pid) => !commandOf(pid).includes(TEMPLATE));
}

/** Of the processes that workers are forked from. */
export function templatesOf(home: string): number[] {
  return processesOf(home).filter((pid) => commandOf(pid).includes(TEMPLATE));
}

/** The process id of the parent. */
export function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

/** The first of some processes. @throws Error when there is none: 0 would mean ourselves and all around us. */
export function firstOf(pids: readonly number[]): number {
  const [pid] = pids;
  if (pid === undefined) throw new Error("no such process runs");
  return pid;
}

function processesOf(home: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid).includes("slipway_worker") && commandOf(pid).includes(home));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it ended between the two looks
  }
}
