/**
 * Processes that are stopped for a while (SIGSTOP), so that they do not disturb a measurement. They are noted in a file:
 * whoever is frozen cannot end by itself when the benchmark is killed, so the next run ends it.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { startMark } from "@slipway/cli/supervisor/process-table";
import type { ProcessTree } from "./process-tree.ts";

export class FrozenRecord {
  readonly #path: string;
  readonly #trees = new Map<ProcessTree, number[]>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Stops every process of the tree. */
  freeze(tree: ProcessTree): void {
    const pids = tree.pids();
    this.#trees.set(tree, pids);
    this.#write();
    for (const pid of pids) sendSignal(pid, "SIGSTOP");
  }

  /** Lets them go on; those that are not frozen do so anyway. */
  thaw(tree: ProcessTree): void {
    for (const pid of this.#trees.get(tree) ?? []) sendSignal(pid, "SIGCONT");
    this.#trees.delete(tree);
    this.#write();
  }

  isFrozen(tree: ProcessTree): boolean {
    return this.#trees.has(tree);
  }

  /** Ends what a run that was killed has left frozen. A process that only has the same id is left alone. */
  endLeftovers(): void {
    if (!existsSync(this.#path)) return;
    for (const line of readFileSync(this.#path, "utf8").split("\n")) {
      const [pid, mark] = line.split(" ");
      if (mark !== undefined && startMark(Number(pid)) === mark) sendSignal(Number(pid), "SIGKILL");
    }
    rmSync(this.#path);
  }

  #write(): void {
    const pids = [...this.#trees.values()].flat();
    writeFileSync(this.#path, pids.map((pid) => `${pid} ${startMark(pid) ?? ""}\n`).join(""));
  }
}

/** A process that has ended meanwhile needs no signal. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
