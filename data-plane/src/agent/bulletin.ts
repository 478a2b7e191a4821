/** Counts changes and wakes those who wait for the next one. */
import { randomInt } from "node:crypto";

/** Changes in quick succession (lines of output) are told together. */
const GATHER_MS = 50;

export class Bulletin {
  /** Begins anew at a random value with every start, so that a reader of an earlier data plane notices. */
  #sequence = randomInt(2 ** 40);
  #gathering: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  get sequence(): number {
    return this.#sequence;
  }

  /** Notes that something observable has changed. `atOnce`: callers may wait for just this, so it is not gathered. */
  changed(atOnce = false): void {
    if (atOnce) this.#tell();
    else this.#gathering ??= setTimeout(() => this.#tell(), GATHER_MS);
  }

  #tell(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#sequence += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when the sequence differs from `after`, when `waitMs` have passed, or when the reader leaves. */
  waitForChange(after: number | null, waitMs: number, signal: AbortSignal): Promise<void> {
    if (after !== this.#sequence || waitMs === 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      signal.addEventListener("abort", wake);
      this.#waiting.add(wake);
    });
  }
}
