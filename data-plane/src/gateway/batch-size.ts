/**
 * How many requests go into the next batch, learned from how long batches have taken: a call of a model costs `fixed + n × each`.
 * Batching pays while the fixed part dominates; where the requests dominate, a longer batch only makes its callers wait.
 * After the adaptive batching of Clipper (Crankshaw et al., NSDI 2017), with a fitted line instead of a search.
 */

/** A batch shall not take longer than this, or than this many times a single request, whichever is more. */
const BATCH_MS_MAX = 50;
const TIMES_SINGLE_MAX = 8;
/** A wait of more than half a call costs more than it can save. */
const LINGER_SHARE = 0.5;
/** Weight of what is new; older batches fade. */
const FADE = 0.05;
const BATCHES_BEGUN_WITH = 8;

export class BatchSize {
  // Faded sums of a least-squares line through (requests, ms).
  #weight = 0;
  #n = 0;
  #ms = 0;
  #nn = 0;
  #nms = 0;

  /** Begins with what another one has learned: it counts as much as a few batches, so that a first, cold one does not decide. */
  beginAs(other: BatchSize): void {
    const share = other.#weight === 0 ? 0 : (BATCHES_BEGUN_WITH * FADE) / other.#weight;
    this.#weight = other.#weight * share;
    this.#n = other.#n * share;
    this.#ms = other.#ms * share;
    this.#nn = other.#nn * share;
    this.#nms = other.#nms * share;
  }

  /** Takes one finished batch into account. */
  observe(requests: number, ms: number): void {
    const keep = 1 - FADE;
    this.#weight = this.#weight * keep + FADE;
    this.#n = this.#n * keep + FADE * requests;
    this.#ms = this.#ms * keep + FADE * ms;
    this.#nn = this.#nn * keep + FADE * requests * requests;
    this.#nms = this.#nms * keep + FADE * requests * ms;
  }

  /** What a call costs however many requests it answers, and each request more, in ms; null before anything is known. */
  get cost(): { fixedMs: number; eachMs: number } | null {
    if (this.#weight === 0) return null;
    const [n, ms] = [this.#n / this.#weight, this.#ms / this.#weight];
    const variance = this.#nn / this.#weight - n * n;
    const slope = variance < 1e-9 ? 0 : (this.#nms / this.#weight - n * ms) / variance;
    const eachMs = Math.min(Math.max(0, slope), ms / n);
    return { fixedMs: Math.max(0, ms - eachMs * n), eachMs };
  }

  /** The most requests that the next batch may hold. */
  limit(requestsMax: number): number {
    const { cost } = this;
    if (cost === null || cost.eachMs === 0) return requestsMax;
    const { fixedMs, eachMs } = cost;
    const budgetMs = Math.max(BATCH_MS_MAX, TIMES_SINGLE_MAX * (fixedMs + eachMs));
    return Math.max(1, Math.min(requestsMax, Math.floor((budgetMs - fixedMs) / eachMs)));
  }

  /**
   * How long a free replica may wait for more requests, in ms: less than it costs to answer those in a call of their own.
   */
  lingerMs(delayMsMax: number): number {
    return Math.min(delayMsMax, (this.cost?.fixedMs ?? 0) * LINGER_SHARE);
  }

  /** How long the requests of a queue take that is this long, in ms, where up to `requestsMax` are answered at once. */
  drainMs(waiting: number, requestsMax: number): number {
    const { cost } = this;
    if (cost === null) return 0;
    const size = Math.max(1, Math.min(this.limit(requestsMax), waiting));
    return Math.ceil(waiting / size) * (cost.fixedMs + cost.eachMs * size);
  }
}
