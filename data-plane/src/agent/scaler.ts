/** How many replicas a revision gets between its bounds: more when its requests wait long, fewer when fewer would do. Pure. */

/** With more batches than this in line for each replica the requests wait too long. */
const TURNS_MAX = 2;
/** One look a second: load must last before replicas are added, and quiet longer before they go. */
const LOOKS_BEFORE_MORE = 3;
const LOOKS_BEFORE_LESS = 60;
/** Those that are left shall work for no more than this share of the time. */
const BUSY_SHARE_MAX = 0.7;

export interface Look {
  /** Requests that wait for a replica. */
  waiting: number;
  /** Requests that a replica is answering at once. */
  together: number;
  /** Replicas that there are, and of these those that work. */
  replicas: number;
  busy: number;
  min: number;
  max: number;
}

export class Scaler {
  #wanted = 1;
  #looksBusy = 0;
  #looksQuiet = 0;
  /** Working replicas, summed over the quiet looks. */
  #busySum = 0;

  /** As many as were found necessary last. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Takes one look, made once a second; gives how many replicas there shall be. */
  next({ waiting, together, replicas, busy, min, max }: Look): number {
    const needed = Math.ceil(waiting / (TURNS_MAX * together));
    if (needed > replicas) {
      this.#looksBusy += 1;
      [this.#looksQuiet, this.#busySum] = [0, 0];
    } else {
      this.#looksBusy = 0;
      this.#looksQuiet += 1;
      this.#busySum += busy;
    }
    let wanted = replicas;
    if (this.#looksBusy >= LOOKS_BEFORE_MORE) {
      wanted = Math.max(replicas + 1, Math.min(needed, replicas * 2));
    } else if (this.#looksQuiet >= LOOKS_BEFORE_LESS) {
      const fewerDo = this.#busySum / this.#looksQuiet <= BUSY_SHARE_MAX * (replicas - 1);
      if (fewerDo) wanted = replicas - 1;
      [this.#looksQuiet, this.#busySum] = [0, 0];
    }
    if (wanted !== replicas) [this.#looksBusy, this.#looksQuiet, this.#busySum] = [0, 0, 0];
    this.#wanted = Math.min(max, Math.max(min, wanted));
    return this.#wanted;
  }
}
