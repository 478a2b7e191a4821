/**
 * Whose turn it is to start a replica. All deployments start at once after a restart of the data plane; more of them at a
 * time than there are processors would only take turns on these, and be ready later all together.
 */

/** One that takes longer (a download in the model's code, a model that hangs) lets the next one begin. */
const TURN_MS_MAX = 20_000;

interface Waiting {
  urgent: boolean;
  begin: () => void;
}

/** Given back when the start is over. */
export interface Turn extends Disposable {
  /** It begins anew: the time until the next one may begin counts from now. */
  renew(): void;
}

export class StartTurns {
  readonly #atOnceMax: number;
  readonly #turnMsMax: number;
  #running = 0;
  #waiting: Waiting[] = [];

  constructor(atOnceMax: number, turnMsMax = TURN_MS_MAX) {
    this.#atOnceMax = Math.max(1, atOnceMax);
    this.#turnMsMax = turnMsMax;
  }

  /**
   * Resolves when there is room. Urgent ones, for which callers wait, go first. `waits` is told how many go before.
   * @throws the reason of `stopped` when that aborts first.
   */
  async take(
    { urgent, stopped }: { urgent: boolean; stopped: AbortSignal },
    waits: (before: number) => void,
  ): Promise<Turn> {
    stopped.throwIfAborted();
    if (this.#running >= this.#atOnceMax) {
      waits(this.#running + this.#waiting.length);
      await this.#line(urgent, stopped);
    } else this.#running += 1;
    return this.#turn();
  }

  async #line(urgent: boolean, stopped: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Waiting = { urgent, begin: resolve };
    const after = urgent ? this.#waiting.findIndex((other) => !other.urgent) : -1;
    this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, entry);
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
      reject(stopped.reason);
    };
    stopped.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      stopped.removeEventListener("abort", leave);
    }
  }

  #turn(): Turn {
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const end = () => {
      clearTimeout(timer);
      if (over) return;
      over = true;
      this.#next();
    };
    const renew = () => {
      clearTimeout(timer);
      timer = setTimeout(end, this.#turnMsMax);
      timer.unref();
    };
    renew();
    return { renew, [Symbol.dispose]: end };
  }

  /** Hands the place on. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next.begin();
  }
}
