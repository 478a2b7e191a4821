/** The processes of a product, found by their command lines, and the hard way to end one. */
import { readdirSync, readFileSync } from "node:fs";
import type { Product } from "./product.ts";

interface FoundProcess {
  pid: number;
  commandLine: string;
}

/** Every process whose command line names the folder. */
export function processesOf(home: string): FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), commandLine: commandLine(name) }))
    .filter((found) => found.commandLine.includes(home));
}

/** Pids of the workers of a product, oldest first; not of the templates that they are forked from. */
export function workersOf(product: Pick<Product, "settings">): number[] {
  return processesOf(product.settings.home)
    .filter(({ commandLine }) => /slipway_worker(?!\.template)/.test(commandLine))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
}

/** Kill -9. @throws Error when there is nothing to kill. */
export function killHard(pid: number | undefined): void {
  if (pid === undefined) throw new Error("the process is not running");
  process.kill(pid, "SIGKILL");
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it ended between the two looks
  }
}
