/**
 * All processes of one `slipway` command. They are stopped together, those started as `foundation` (the database) last,
 * because the others still write while they stop.
 */
import { type ProcessSpec, SupervisedProcess, type Surroundings } from "./supervised-process.ts";

export class Supervisor implements AsyncDisposable {
  readonly #surroundings: Surroundings;
  readonly #foundation: SupervisedProcess[] = [];
  readonly #others: SupervisedProcess[] = [];
  #stopped = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Starts a process, waits until it is ready, and keeps it alive until the end. */
  async start(spec: ProcessSpec, { foundation = false } = {}): Promise<SupervisedProcess> {
    if (this.#stopped) throw new Error(`${spec.name} was to start while everything stops`);
    const supervised = new SupervisedProcess(spec, this.#surroundings);
    (foundation ? this.#foundation : this.#others).push(supervised);
    await supervised.start();
    return supervised;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const floor of [this.#others, this.#foundation]) {
      await Promise.all(floor.map((supervised) => supervised.stop()));
    }
  }
}
