/** The one who waits for an answer, and whether they still do. */
import type { ServerResponse } from "node:http";
import { CallerGoneError } from "./read-body.ts";

export class Caller {
  #gone: CallerGoneError | undefined;
  #tell: ((reason: Error) => void) | undefined;

  constructor(response: ServerResponse) {
    response.once("close", () => {
      if (response.writableFinished) return;
      this.#gone = new CallerGoneError();
      this.#tell?.(this.#gone);
    });
  }

  /** Calls once the connection closes before the answer is out; a later call takes the place of an earlier one. */
  whenGone(tell: (reason: Error) => void): void {
    this.#tell = tell;
    if (this.#gone !== undefined) tell(this.#gone);
  }
}
