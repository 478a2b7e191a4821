/**
 * One model on every side: they are started, their answers compared with the model's own, and then loaded in turn,
 * round by round. Sides that use the processor while nobody asks them are frozen outside of their own turn.
 */

import { answersRightly, findWrongAnswer } from "./ask.ts";
import { type Bench, preparedModel, sideOf } from "./bench.ts";
import { type Cell, cellId, gridCells, MAIN_CELLS, type ModelName, type SideName } from "./cells.ts";
import { IDLE_CORES, measureCell } from "./measure-cell.ts";
import type { PreparedModel } from "./prepared-model.ts";
import type { RunningSide } from "./sides/side.ts";

/** A side that uses more of a core than this while nobody asks it would disturb the others. */
const RESTLESS_CORES = 0.02;
const REST_WATCH_MS = 2_000;
const THAW_MS_MAX = 20_000;
const SETTLE_MS_MAX = 120_000;

interface Task {
  cell: Cell;
  round: number;
  seconds: number;
}

/** Measures everything about a model that is not measured yet. */
export async function measureModel(bench: Bench, name: ModelName): Promise<void> {
  const { options, terminal } = bench;
  const model = preparedModel(bench, name);
  const rounds = roundsOf(bench, name);
  const open = options.sides.filter((side) => rounds.some((round) => tasksOf(bench, side, round).length > 0));
  if (open.length === 0) return;
  terminal.line(`\n${name}`);
  await using running = new RunningSides(bench, model);
  for (const side of open) await running.prepare(side);
  for (const [index, round] of rounds.entries()) {
    // Nobody always comes after the same other one.
    const from = index % open.length;
    for (const side of [...open.slice(from), ...open.slice(0, from)]) {
      const tasks = tasksOf(bench, side, round).filter(({ cell }) => running.isRight(side, cell.encoding));
      if (tasks.length > 0) await running.measure(side, tasks);
    }
  }
}

/** In each round the goals' cells first; the others come in the last rounds. */
function roundsOf({ options }: Bench, model: ModelName): Task[][] {
  const { rounds, gridRounds, seconds, gridSeconds, grid } = options;
  const tasks = (cells: readonly Cell[], round: number, each: number): Task[] =>
    cells.filter((cell) => cell.model === model).map((cell) => ({ cell, round, seconds: each }));
  const total = Math.max(rounds, gridRounds);
  return Array.from({ length: total }, (_, round) => [
    ...(round < rounds ? tasks(MAIN_CELLS, round, seconds) : []),
    ...(round >= total - gridRounds ? tasks(gridCells(grid), round - (total - gridRounds), gridSeconds) : []),
  ]);
}

/** What of a round is not measured yet, and can be asked of the side at all. */
function tasksOf(bench: Bench, side: SideName, round: readonly Task[]): Task[] {
  const done = new Set(
    bench.measured
      .of("cell")
      .filter((fact) => fact.side === side)
      .map(({ cell, round }) => `${cell} ${round}`),
  );
  return round.filter(
    ({ cell, round }) => sideOf(bench, side).speaks(cell.encoding) && !done.has(`${cellId(cell)} ${round}`),
  );
}

/** The sides of one model, by name: those that run, and those that are wrong or run only in their turn. */
class RunningSides implements AsyncDisposable {
  readonly #bench: Bench;
  readonly #model: PreparedModel<ModelName>;
  readonly #running = new Map<SideName, RunningSide>();
  readonly #right = new Set<string>();

  constructor(bench: Bench, model: PreparedModel<ModelName>) {
    this.#bench = bench;
    this.#model = model;
  }

  isRight(side: SideName, encoding: Cell["encoding"]): boolean {
    return this.#right.has(`${side} ${encoding}`);
  }

  /** Starts a side, compares its answers, and weighs it; it goes on running when it is quiet. */
  async prepare(name: SideName): Promise<void> {
    const { terminal, measured } = this.#bench;
    const wrong = await terminal.step(`  ${name}`, async (step) => {
      try {
        const side = await this.#start(name);
        const wrongs = await this.#compare(name, side);
        const cores = await this.#watchRest(name, side);
        step.note(`first answer after ${side.startSeconds.toFixed(1)} s; ${cores.toFixed(3)} cores at rest`);
        if (cores > RESTLESS_CORES && name !== "slipway") this.#bench.frozen.freeze(side.tree);
        return wrongs;
      } catch (error) {
        this.#bench.signal.throwIfAborted();
        await this.#stop(name);
        return [
          { encoding: "json" as const, reason: error instanceof Error ? error.message : String(error) },
        ];
      }
    });
    for (const { encoding, reason } of wrong) {
      measured.add({ kind: "wrong", side: name, model: this.#model.name, encoding, reason });
      terminal.warn(`${name} is not timed with ${this.#model.name}, ${encoding}: ${reason}`);
    }
  }

  /** Loads a side in some cells, one after another. */
  async measure(name: SideName, tasks: readonly Task[]): Promise<void> {
    const { terminal, measured, signal, frozen } = this.#bench;
    try {
      const { side, restless } = await this.#wake(name);
      for (const { cell, round, seconds } of tasks) {
        const fact = await measureCell({ name, side, model: this.#model, cell, seconds, round, signal });
        measured.add(fact);
        const { served, failed, p50Ms, p99Ms, seconds: took } = fact.load;
        terminal.line(
          `    ${name.padEnd(12)} ${fact.cell.padEnd(24)} ${(served / took).toFixed(0).padStart(6)}/s  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms${failed > 0 ? `  ${failed} FAILED` : ""}  others ${fact.otherCores.toFixed(2)}`,
        );
      }
      if (!measured.of("memory").some((fact) => fact.side === name && fact.model === this.#model.name)) {
        this.#weigh(name, side);
      }
      if (restless) frozen.freeze(side.tree);
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      terminal.warn(`${name} with ${this.#model.name} is given up: ${reason}`);
      measured.add({ kind: "wrong", side: name, model: this.#model.name, encoding: "json", reason });
      for (const encoding of ["json", "binary"]) this.#right.delete(`${name} ${encoding}`);
      await this.#stop(name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.#running.keys()]) await this.#stop(name);
  }

  async #start(name: SideName): Promise<RunningSide> {
    const { signal, measured } = this.#bench;
    const side = await sideOf(this.#bench, name).start(this.#model, signal);
    this.#running.set(name, side);
    const earlier = measured
      .of("start")
      .filter((fact) => fact.side === name && fact.model === this.#model.name);
    const { startSeconds: seconds } = side;
    measured.add({ kind: "start", side: name, model: this.#model.name, try: earlier.length, seconds });
    await side.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
    return side;
  }

  /** The side, running: one that was frozen goes on, or is started again when it does not get over that. */
  async #wake(name: SideName): Promise<{ side: RunningSide; restless: boolean }> {
    const side = this.#running.get(name);
    if (side === undefined) throw new Error("it does not run");
    const { frozen } = this.#bench;
    if (!frozen.isFrozen(side.tree)) return { side, restless: false };
    frozen.thaw(side.tree);
    const endpoint = side.endpoint("json");
    const deadlineMs = performance.now() + THAW_MS_MAX;
    while (performance.now() < deadlineMs) {
      if (endpoint !== undefined && (await answersRightly(endpoint, this.#model))) {
        await side.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
        return { side, restless: true };
      }
    }
    await this.#stop(name);
    const again = await this.#start(name);
    const [wrong] = await this.#compare(name, again);
    if (wrong !== undefined) throw new Error(wrong.reason);
    return { side: again, restless: true };
  }

  async #stop(name: SideName): Promise<void> {
    const side = this.#running.get(name);
    this.#running.delete(name);
    if (side !== undefined) this.#bench.frozen.thaw(side.tree);
    await side?.[Symbol.asyncDispose]();
  }

  /** What is wrong with its answers, for each encoding. */
  async #compare(
    name: SideName,
    side: RunningSide,
  ): Promise<{ encoding: Cell["encoding"]; reason: string }[]> {
    const cells = [...MAIN_CELLS, ...gridCells(this.#bench.options.grid)].filter(
      (cell) => cell.model === this.#model.name && sideOf(this.#bench, name).speaks(cell.encoding),
    );
    const wrong: { encoding: Cell["encoding"]; reason: string }[] = [];
    for (const encoding of new Set(cells.map((cell) => cell.encoding))) {
      const endpoint = side.endpoint(encoding);
      const sizes = new Set(cells.filter((cell) => cell.encoding === encoding).map(({ rows }) => rows));
      let reason: string | undefined;
      for (const rows of sizes) {
        if (endpoint !== undefined)
          reason ??= await findWrongAnswer(endpoint, this.#model, rows, this.#bench.signal);
      }
      if (reason === undefined) this.#right.add(`${name} ${encoding}`);
      else wrong.push({ encoding, reason });
    }
    await side.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
    return wrong;
  }

  async #watchRest(name: SideName, side: RunningSide): Promise<number> {
    const cores = await side.tree.load(REST_WATCH_MS);
    this.#bench.measured.add({ kind: "idle", side: name, model: this.#model.name, cores });
    return cores;
  }

  #weigh(name: SideName, side: RunningSide): void {
    this.#bench.measured.add({
      kind: "memory",
      side: name,
      model: this.#model.name,
      bytes: side.servingTree.memoryBytes(),
      processes: side.servingTree.pids().length,
      wholeBytes: side.tree.memoryBytes(),
    });
  }
}
