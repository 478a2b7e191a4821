/** Reads logs as streams: the newest lines of one or of several by time, then what is appended; or one as a whole. */
import { Readable } from "node:stream";
import type { LiveLines } from "./live-lines.ts";
import { timeOf } from "./log-lines.ts";
import type { LogSnapshot } from "./log-snapshot.ts";
import type { ReplicaLog } from "./replica-log.ts";

/** A log and how a line of it shall look. */
export interface LogSource {
  log: ReplicaLog;
  label: (line: string) => string;
}

const PIECE_LINES = 1_000;

/** The newest `tail` lines of all `sources`, oldest first, then everything that comes to `live` until that is closed. */
export async function streamLines(
  sources: readonly LogSource[],
  tail: number,
  live: LiveLines | null,
): Promise<Readable> {
  try {
    // Before the first wait, so that no line falls between what is in the files and what is followed.
    for (const source of sources) if (live !== null) followSource(source, live);
    const lines = await newestLines(sources, tail);
    const stream = Readable.from(inPieces(lines, live), { objectMode: false });
    stream.once("close", () => live?.close());
    return stream;
  } catch (error) {
    live?.close();
    throw error;
  }
}

/** Hands every line that is appended from now on to `live`. */
export function followSource({ log, label }: LogSource, live: LiveLines): void {
  live.defer(log.subscribe((line) => live.push(label(line))));
}

/** A log from its first kept line to its last, read from disk as it is taken. */
export async function streamWhole(log: ReplicaLog): Promise<Readable> {
  const snapshot = await log.snapshot();
  const stream = Readable.from(snapshot.whole(), { objectMode: false });
  stream.once("close", () => void snapshot[Symbol.asyncDispose]());
  return stream;
}

async function* inPieces(lines: readonly string[], live: LiveLines | null): AsyncGenerator<string> {
  for (let start = 0; start < lines.length; start += PIECE_LINES)
    yield lines.slice(start, start + PIECE_LINES).join("");
  if (live !== null) yield* live.take();
}

/** Where the reading of one log from its end has come to. */
interface Cursor {
  lines: AsyncGenerator<string>;
  label: (line: string) => string;
  line: string | undefined;
  time: string;
}

async function newestLines(sources: readonly LogSource[], count: number): Promise<string[]> {
  await using opened = new AsyncDisposableStack();
  const cursors = await Promise.all(
    sources.map(async ({ log, label }) => {
      const snapshot: LogSnapshot = opened.use(await log.snapshot());
      const cursor: Cursor = { lines: snapshot.linesFromEnd(), label, line: undefined, time: "" };
      await step(cursor);
      return cursor;
    }),
  );
  const newest: string[] = [];
  while (newest.length < count) {
    const last = cursors.filter(({ line }) => line !== undefined).reduce(later, undefined);
    if (last?.line === undefined) break;
    newest.push(last.label(last.line));
    await step(last);
  }
  return newest.reverse();
}

function later(found: Cursor | undefined, cursor: Cursor): Cursor {
  return found === undefined || cursor.time >= found.time ? cursor : found;
}

/** A line without a time stays beside the one that follows it. */
async function step(cursor: Cursor): Promise<void> {
  const { value, done } = await cursor.lines.next();
  cursor.line = done === true ? undefined : value;
  cursor.time = timeOf(cursor.line ?? "") ?? cursor.time;
}
