/** How many replicas a revision gets between its bounds, by the requests that wait. */

/** A worker answers one request at a time: with more than this per replica, requests wait for one another. */
const IN_FLIGHT_PER_REPLICA = 2;
/** One look a second: load must last before replicas are added, and quiet longer before they go. */
const LOOKS_BEFORE_MORE = 3;
const LOOKS_BEFORE_LESS = 60;

export class Scaler {
  #wanted = 1;
  #busyLooks = 0;
  #idleLooks = 0;

  /** As many as were found necessary last. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Takes one look, made once a second; gives how many replicas there shall be. */
  next({
    inFlight,
    replicas,
    min,
    max,
  }: {
    inFlight: number;
    replicas: number;
    min: number;
    max: number;
  }): number {
    const needed = Math.ceil(inFlight / IN_FLIGHT_PER_REPLICA);
    this.#busyLooks = needed > replicas ? this.#busyLooks + 1 : 0;
    this.#idleLooks = needed < replicas ? this.#idleLooks + 1 : 0;
    let wanted = replicas;
    if (this.#busyLooks >= LOOKS_BEFORE_MORE) wanted = Math.max(replicas + 1, Math.min(needed, replicas * 2));
    else if (this.#idleLooks >= LOOKS_BEFORE_LESS) wanted = replicas - 1;
    if (wanted !== replicas) [this.#busyLooks, this.#idleLooks] = [0, 0];
    this.#wanted = Math.min(max, Math.max(min, wanted));
    return this.#wanted;
  }
}
