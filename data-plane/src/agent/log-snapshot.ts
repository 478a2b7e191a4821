/** The two files of a log at one moment: what is appended or renamed later does not change what is read from it. */
import { type FileHandle, open } from "node:fs/promises";

const CHUNK_BYTES = 64 * 1024;
const LINE_END = 0x0a;

interface Part {
  handle: FileHandle;
  bytes: number;
}

export class LogSnapshot implements AsyncDisposable {
  /** Oldest first. */
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Opens the files that are there, oldest first. Nobody may rename them meanwhile. */
  static async open(paths: readonly string[]): Promise<LogSnapshot> {
    const parts: Part[] = [];
    for (const path of paths) {
      const handle = await openExisting(path);
      if (handle !== undefined) parts.push({ handle, bytes: (await handle.stat()).size });
    }
    return new LogSnapshot(parts);
  }

  /** The lines with their ends, newest first, reading no more than is taken. */
  async *linesFromEnd(): AsyncGenerator<string> {
    for (const part of this.#parts.toReversed()) yield* linesFromEnd(part);
  }

  /** Everything, oldest first, in pieces. */
  async *whole(): AsyncGenerator<Buffer> {
    for (const { handle, bytes } of this.#parts) {
      if (bytes > 0) yield* handle.createReadStream({ start: 0, end: bytes - 1, autoClose: false });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#parts.map(({ handle }) => handle.close()));
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function* linesFromEnd({ handle, bytes }: Part): AsyncGenerator<string> {
  // The end of a line whose beginning is not read yet. Bytes, because a chunk may begin inside a character.
  let rest = Buffer.alloc(0);
  for (let end = bytes; end > 0; ) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const chunk = Buffer.concat([await readAt(handle, start, end - start), rest]);
    const whole = start === 0 ? 0 : chunk.indexOf(LINE_END) + 1;
    rest = start > 0 && whole === 0 ? chunk : chunk.subarray(0, whole);
    const lines = start > 0 && whole === 0 ? [] : chunk.subarray(whole).toString("utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines.reverse()) yield `${line}\n`;
    end = start;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
