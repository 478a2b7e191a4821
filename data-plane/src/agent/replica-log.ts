/** One log: what the workers of a replica or the build of an environment print, bounded on disk and in memory. */
import { EventEmitter } from "node:events";
import { rmSync, statSync } from "node:fs";
import { appendFile, rename } from "node:fs/promises";
import { logLines } from "./log-lines.ts";
import { LogSnapshot } from "./log-snapshot.ts";

const FILE_BYTES_MAX = 5 * 1024 ** 2;
const UNWRITTEN_LENGTH_MAX = 1024 ** 2;
const FLUSH_MS = 100;

export class ReplicaLog {
  readonly #path: string;
  readonly #lines = new EventEmitter<{ line: [string] }>().setMaxListeners(0);
  readonly #openedAt = new Date();
  #waiting: string[] = [];
  /** Of what waits and of what is being written. */
  #unwrittenLength = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Settles when everything that was begun with the files has been done. */
  #turn: Promise<unknown> = Promise.resolve();

  /** The folder of `path` must be there. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Adds a text, line by line. A model that prints faster than the disk takes loses lines, and the log says how many. */
  append(text: string): void {
    for (const line of logLines(text)) {
      this.#lines.emit("line", line);
      if (this.#unwrittenLength > UNWRITTEN_LENGTH_MAX) this.#dropped += 1;
      else {
        this.#waiting.push(line);
        this.#unwrittenLength += line.length;
      }
    }
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Calls back with every line that is appended from now on; gives what ends that. */
  subscribe(listener: (line: string) => void): () => void {
    this.#lines.on("line", listener);
    return () => this.#lines.off("line", listener);
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [lines, dropped] = [this.#waiting, this.#dropped];
    this.#waiting = [];
    this.#dropped = 0;
    if (lines.length > 0 || dropped > 0) void this.#inTurn(() => this.#write(lines, dropped));
    await this.#turn;
  }

  /** Exactly the lines that were appended before this call. */
  snapshot(): Promise<LogSnapshot> {
    void this.flush();
    return this.#inTurn(() => LogSnapshot.open(this.#paths));
  }

  /** Its size on disk and when it last changed. */
  measure(): Promise<{ bytes: number; changedAt: Date }> {
    void this.flush();
    return this.#inTurn(async () => {
      // In one step: a log may be removed between two looks at it.
      const found = this.#paths.flatMap((path) => statSync(path, { throwIfNoEntry: false }) ?? []);
      const bytes = found.reduce((sum, { size }) => sum + size, 0);
      return { bytes, changedAt: found.at(-1)?.mtime ?? this.#openedAt };
    });
  }

  /** Removes its files, at once. */
  remove(): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }

  /** Oldest first. */
  get #paths(): string[] {
    return [`${this.#path}.1`, this.#path];
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // told to the one who asked
    return done;
  }

  async #write(lines: readonly string[], dropped: number): Promise<void> {
    const told = dropped === 0 ? [] : logLines(`slipway: ${dropped} lines were dropped`);
    try {
      const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > FILE_BYTES_MAX) await rename(this.#path, `${this.#path}.1`);
      await appendFile(this.#path, [...lines, ...told].join(""), { mode: 0o600 });
    } catch (error) {
      // A full disk must not end the data plane. The log tells of it as soon as it can be written again.
      this.#dropped += lines.length + dropped;
      const [line = ""] = logLines(`slipway: ${lines.length} lines could not be written: ${String(error)}`);
      this.#lines.emit("line", line);
    } finally {
      this.#unwrittenLength -= lines.reduce((sum, line) => sum + line.length, 0);
    }
  }
}
