/** Lines on their way from logs that are being written to one reader. */
import { logLines } from "./log-lines.ts";

const WAITING_LENGTH_MAX = 1024 ** 2;

export class LiveLines {
  readonly #undo = new DisposableStack();
  #waiting: string[] = [];
  #waitingLength = 0;
  #wake: (() => void) | undefined;

  /** Adds a line. A reader that does not keep up is told so and let go, rather than buffered for. */
  push(line: string): void {
    if (this.#undo.disposed) return;
    const late = this.#waitingLength > WAITING_LENGTH_MAX;
    this.#waiting.push(
      ...(late ? logLines("slipway: the reader did not keep up; open the log again") : [line]),
    );
    this.#waitingLength += line.length;
    if (late) this.close();
    this.#wake?.();
  }

  /** Keeps what shall be undone when the reader leaves. */
  defer(undo: () => void): void {
    if (this.#undo.disposed) undo();
    else this.#undo.defer(undo);
  }

  /** Takes no more lines; those that wait are still handed over. */
  close(): void {
    this.#undo.dispose();
    this.#wake?.();
  }

  /** What has come, in pieces, until it is closed. */
  async *take(): AsyncGenerator<string> {
    for (;;) {
      const text = this.#waiting.join("");
      this.#waiting = [];
      this.#waitingLength = 0;
      if (text !== "") yield text;
      else if (this.#undo.disposed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
