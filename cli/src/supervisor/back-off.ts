/** How long to wait before a process that died is started again: it doubles, and is forgotten after a healthy while. */
const FIRST_MS = 250;
const LONGEST_MS = 30_000;
const HEALTHY_MS = 60_000;

export class BackOff {
  #failures = 0;

  /** Counts a death after `aliveMs` of life and says how long to wait. */
  next(aliveMs: number): number {
    if (aliveMs >= HEALTHY_MS) this.#failures = 0;
    const delayMs = Math.min(FIRST_MS * 2 ** this.#failures, LONGEST_MS);
    this.#failures += 1;
    return delayMs;
  }
}
