/** A program with everything that it has started: what that uses as a whole. */
import { setTimeout as delay } from "node:timers/promises";
import { type ProcessFacts, processTable, pssBytes } from "./proc.ts";

const LOOK_MS = 250;

export class ProcessTree {
  readonly #root: () => number | undefined;
  /** Whoever was once below the root, with its parent then: one whose parent has ended is still part of the tree. */
  readonly #seen = new Map<number, number>();

  constructor(root: () => number | undefined) {
    this.#root = root;
  }

  /** Ids of all processes of the tree, the root first. */
  pids(): number[] {
    return this.#members().map(({ pid }) => pid);
  }

  /** Processor time used so far by what runs, and by what ended under it. */
  cpuMs(): number {
    return this.#members().reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  /** Memory of all of it (PSS). */
  memoryBytes(): number {
    return this.pids().reduce((sum, pid) => sum + pssBytes(pid), 0);
  }

  /** The share of one core that it uses, over a while. */
  async load(overMs: number): Promise<number> {
    const [startMs, startCpuMs] = [performance.now(), this.cpuMs()];
    await delay(overMs);
    return Math.max(0, this.cpuMs() - startCpuMs) / (performance.now() - startMs);
  }

  /** Waits until it uses less than `share` of a core; false when that did not come about within the time. */
  async idle(share: number, withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    do {
      if ((await this.load(LOOK_MS)) <= share) return true;
    } while (performance.now() < deadlineMs);
    return false;
  }

  #members(): ProcessFacts[] {
    const root = this.#root();
    const table = processTable();
    const rootFacts = root === undefined ? undefined : table.get(root);
    const members = rootFacts === undefined ? [] : [rootFacts];
    const children = Map.groupBy(table.values(), ({ parent }) => parent);
    const add = (facts: ProcessFacts): void => {
      if (members.some(({ pid }) => pid === facts.pid)) return;
      members.push(facts);
    };
    for (const pid of this.#seen.keys()) {
      const facts = table.get(pid);
      if (facts === undefined) this.#seen.delete(pid);
      else add(facts);
    }
    // The list grows while it is walked: children of children come later.
    for (const { pid } of members) for (const child of children.get(pid) ?? []) add(child);
    for (const { pid, parent } of members) this.#seen.set(pid, parent);
    return members;
  }
}
