/** The log file of a supervised process: bounded, with one older generation beside it (`<name>.log.1`). */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

const SIZE_BYTES_MAX = 10 * 1024 * 1024;
const TAIL_LINES = 20;

export class LogFile implements Disposable {
  readonly path: string;
  #file: number;
  #sizeBytes: number;
  #tail: string[] = [];
  #sizeBytesMax: number;

  constructor(path: string, sizeBytesMax = SIZE_BYTES_MAX) {
    this.path = path;
    this.#sizeBytesMax = sizeBytesMax;
    this.#file = openSync(path, "a", 0o600);
    this.#sizeBytes = fstatSync(this.#file).size;
  }

  /** Appends what a process wrote. */
  write(chunk: Buffer): void {
    if (this.#sizeBytes + chunk.length > this.#sizeBytesMax) this.#rotate();
    writeSync(this.#file, chunk);
    this.#sizeBytes += chunk.length;
    this.#tail = [...this.#tail, ...chunk.toString("utf8").split("\n")]
      .filter((line) => line.trim() !== "")
      .slice(-TAIL_LINES);
  }

  /** The newest lines, for the message of a process that could not start. */
  tail(): string {
    return this.#tail.join("\n");
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #rotate(): void {
    closeSync(this.#file);
    renameSync(this.path, `${this.path}.1`);
    this.#file = openSync(this.path, "a", 0o600);
    this.#sizeBytes = 0;
  }
}
