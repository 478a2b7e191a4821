/**
 * A token bucket: requests may come up to six seconds early, so that a caller who sends at the limit is not refused for the
 * jitter of a network. That is one at once and a tenth of `requestsPerMinute` more after a pause; over time the limit holds
 * exactly. Pure but for what it remembers.
 */

const EARLY_MS = 6_000;
const MINUTE_MS = 60_000;
/** Adding fractions up is a little off; a millionth of a request is not worth a refusal. */
const TOLERANCE = 1e-6;

export class RateLimit {
  /** Requests that may be sent now; before the first no bound but the bucket. */
  #allowed = Number.POSITIVE_INFINITY;
  #atMs = 0;

  /**
   * Takes one request: 0 when it is within the limit, else after how many ms one will be. A refused request takes nothing.
   * The limit is told each time because it may change; what was used counts on.
   */
  take(requestsPerMinute: number, nowMs: number): number {
    const perMs = requestsPerMinute / MINUTE_MS;
    // A clock that was set back takes nothing away.
    const earned = Math.max(0, nowMs - this.#atMs) * perMs;
    this.#allowed = Math.min(1 + EARLY_MS * perMs, this.#allowed + earned);
    this.#atMs = nowMs;
    if (this.#allowed < 1 - TOLERANCE) return (1 - this.#allowed) / perMs;
    this.#allowed -= 1;
    return 0;
  }
}
