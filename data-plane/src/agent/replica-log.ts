/** The log of one replica: what its workers print, a UTC time before each line, bounded on disk and in memory. */
import { EventEmitter } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { appendFile, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

const FILE_BYTES_MAX = 5 * 1024 ** 2;
const WAITING_LENGTH_MAX = 1024 ** 2;
const FLUSH_MS = 100;

export class ReplicaLog {
  readonly #path: string;
  readonly #lines = new EventEmitter<{ line: [string] }>().setMaxListeners(0);
  #waiting: string[] = [];
  #waitingLength = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  }

  /** Adds a line. A model that prints faster than the disk takes loses lines, and the log says how many. */
  append(text: string): void {
    const line = `${new Date().toISOString()} ${stripVTControlCharacters(text)}\n`;
    this.#lines.emit("line", line);
    if (this.#waitingLength > WAITING_LENGTH_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Writes what waits; the log is bounded by two files. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dropped > 0) {
      this.#waiting.push(`${new Date().toISOString()} slipway: ${this.#dropped} lines were dropped\n`);
    }
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#dropped = 0;
    if (text !== "") {
      this.#writing = this.#writing
        .then(() => this.#write(text))
        .catch((error: unknown) => {
          // A full disk must not end the data plane. The log tells of it as soon as it can be written again.
          const lines = text.split("\n").length - 1;
          this.#dropped += lines;
          this.#lines.emit("line", `slipway: ${lines} lines could not be written: ${String(error)}\n`);
        });
    }
    return this.#writing;
  }

  /** The newest `tail` lines, then, when following, every new one until `signal` aborts. */
  async read({
    tail,
    follow,
    signal,
  }: {
    tail: number;
    follow: boolean;
    signal: AbortSignal;
  }): Promise<Readable> {
    await this.flush();
    const stream = new Readable({ read: () => undefined, encoding: "utf8" });
    if (follow) {
      // The listener stands before the file is read, so that no line falls between the two.
      const early: string[] = [];
      let take = (line: string): void => void early.push(line);
      const listener = (line: string) => take(line);
      this.#lines.on("line", listener);
      const end = () => stream.push(null);
      signal.addEventListener("abort", end, { once: true });
      stream.once("close", () => this.#lines.off("line", listener));
      stream.push(await readTail(this.#path, tail));
      for (const line of early) stream.push(line);
      take = (line) => {
        // A reader that does not keep up is let go rather than buffered for.
        if (stream.readableLength > WAITING_LENGTH_MAX) end();
        else stream.push(line);
      };
      if (signal.aborted) end();
    } else {
      stream.push(await readTail(this.#path, tail));
      stream.push(null);
    }
    return stream;
  }

  async #write(text: string): Promise<void> {
    const size = existsSync(this.#path) ? (await stat(this.#path)).size : 0;
    if (size > FILE_BYTES_MAX) await rename(this.#path, `${this.#path}.1`);
    await appendFile(this.#path, text, { mode: 0o600 });
  }
}

/** The newest lines of a log, from its current file and the one before. */
async function readTail(path: string, tail: number): Promise<string> {
  if (tail === 0) return "";
  const parts = [`${path}.1`, path].filter((file) => existsSync(file));
  const text = (await Promise.all(parts.map((file) => readFile(file, "utf8")))).join("");
  const lines = text.split("\n");
  return lines.slice(-tail - 1).join("\n");
}
