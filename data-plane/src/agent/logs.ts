/**
 * All logs of all deployments: `<folder>/<deployment>/<name>.log`. A log is open from `open` until its revision has
 * ended; those that have ended are kept up to a number and a size per deployment, the newest first.
 */
import { EventEmitter } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { LogFile } from "@slipway/contracts/api/deployment";
import { parseLogName } from "@slipway/contracts/log-name";
import { LiveLines } from "./live-lines.ts";
import { labelled } from "./log-lines.ts";
import { followSource, type LogSource, streamLines, streamWhole } from "./log-streams.ts";
import { ReplicaLog } from "./replica-log.ts";

export interface LogsOptions {
  folder: string;
  /** Of the ended logs of one deployment. */
  endedMax?: number;
  endedBytesMax?: number;
  /** Told of what could not be tidied up. */
  warn: (error: unknown) => void;
}

export interface LogReading {
  tail: number;
  follow: boolean;
  /** Ends the following. */
  signal: AbortSignal;
}

interface Entry {
  log: ReplicaLog;
  open: boolean;
}

const ENDED_MAX = 30;
const ENDED_BYTES_MAX = 100 * 1024 ** 2;

export class Logs {
  readonly #options: Required<LogsOptions>;
  /** By deployment and name; what an earlier process left is found when a deployment is first asked for. */
  readonly #deployments = new Map<string, Map<string, Entry>>();
  readonly #appearances = new EventEmitter<{ log: [id: string, name: string, log: ReplicaLog] }>();
  readonly #readers = new Map<LiveLines, string>();

  constructor(options: LogsOptions) {
    this.#options = { endedMax: ENDED_MAX, endedBytesMax: ENDED_BYTES_MAX, ...options };
    this.#appearances.setMaxListeners(0);
  }

  /** The log of that name to write to, `r<revision>-<index>` or `build-<revision>`; it is kept at least until `end`. */
  open(id: string, name: string): ReplicaLog {
    if (parseLogName(name) === undefined) throw new Error(`'${name}' is not the name of a log`);
    const entries = this.#entries(id);
    const known = entries.get(name);
    if (known?.open) return known.log;
    mkdirSync(join(this.#options.folder, id), { recursive: true, mode: 0o700 });
    const entry = known ?? { log: new ReplicaLog(this.#path(id, name)), open: true };
    entry.open = true;
    entries.set(name, entry);
    if (known === undefined) this.#appearances.emit("log", id, name, entry.log);
    this.#prune(id).catch(this.#options.warn);
    return entry.log;
  }

  /** A revision's last process has ended: its logs count as ended from here on. */
  end(id: string, revision: number): void {
    for (const [name, entry] of this.#entries(id)) {
      if (parseLogName(name)?.revision === revision) entry.open = false;
    }
    this.#prune(id).catch(this.#options.warn);
  }

  /** What is kept of a deployment, also of dead replicas; changed last first. */
  async list(id: string): Promise<LogFile[]> {
    await this.#prune(id);
    const files = await Promise.all(
      [...this.#entries(id)].map(async ([name, { log }]) => ({ name, ...(await log.measure()) })),
    );
    return files
      .sort((one, other) => other.changedAt.getTime() - one.changedAt.getTime())
      .flatMap(({ name, bytes, changedAt }) => {
        const said = parseLogName(name);
        return said === undefined ? [] : [{ name, ...said, bytes, changedAt: changedAt.toISOString() }];
      });
  }

  /** The newest lines of one log, and each new one when following; undefined when there is no such log. */
  async read(id: string, name: string, { tail, follow, signal }: LogReading): Promise<Readable | undefined> {
    const log = this.#entries(id).get(name)?.log;
    if (log === undefined) return undefined;
    return streamLines([{ log, label: (line) => line }], tail, follow ? this.#reader(id, signal) : null);
  }

  /** A whole log, streamed from disk; undefined when there is no such log. */
  async readWhole(id: string, name: string): Promise<Readable | undefined> {
    const log = this.#entries(id).get(name)?.log;
    return log === undefined ? undefined : streamWhole(log);
  }

  /** All logs of a deployment by time, each line with the name of its log after the time; also logs that appear later. */
  async readTogether(id: string, { tail, follow, signal }: LogReading): Promise<Readable> {
    const sources = [...this.#entries(id)].map(([name, { log }]) => sourceOf(name, log));
    const reader = follow ? this.#reader(id, signal) : null;
    if (reader !== null) {
      const listener = (of: string, name: string, log: ReplicaLog) => {
        if (of === id) followSource(sourceOf(name, log), reader);
      };
      this.#appearances.on("log", listener);
      reader.defer(() => this.#appearances.off("log", listener));
    }
    return streamLines(sources, tail, reader);
  }

  /** Removes all logs of a deployment that is gone, and lets its readers go. */
  async remove(id: string): Promise<void> {
    await Promise.all([...this.#entries(id).values()].map(({ log }) => log.flush()));
    this.#deployments.delete(id);
    // At once, so that a deployment that comes back meanwhile loses nothing.
    rmSync(join(this.#options.folder, id), { recursive: true, force: true });
    this.#letGo(id);
  }

  /** Writes what waits and lets all readers go. */
  async close(): Promise<void> {
    const entries = [...this.#deployments.values()].flatMap((logs) => [...logs.values()]);
    await Promise.all(entries.map(({ log }) => log.flush()));
    for (const id of new Set(this.#readers.values())) this.#letGo(id);
  }

  #reader(id: string, signal: AbortSignal): LiveLines {
    const reader = new LiveLines();
    this.#readers.set(reader, id);
    reader.defer(() => this.#readers.delete(reader));
    const leave = () => reader.close();
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    reader.defer(() => signal.removeEventListener("abort", leave));
    return reader;
  }

  #letGo(id: string): void {
    for (const [reader, of] of [...this.#readers]) if (of === id) reader.close();
  }

  #entries(id: string): Map<string, Entry> {
    const entries = this.#deployments.get(id) ?? this.#find(id);
    this.#deployments.set(id, entries);
    return entries;
  }

  /** What an earlier process left. */
  #find(id: string): Map<string, Entry> {
    const folder = join(this.#options.folder, id);
    const files = existsSync(folder) ? readdirSync(folder) : [];
    const names = new Set(files.map((file) => file.replace(/\.log(\.1)?$/, "")));
    return new Map(
      [...names]
        .filter((name) => parseLogName(name) !== undefined)
        .map((name) => [name, { log: new ReplicaLog(this.#path(id, name)), open: false }]),
    );
  }

  async #prune(id: string): Promise<void> {
    const entries = this.#entries(id);
    const ended = await Promise.all(
      [...entries]
        .filter(([, { open }]) => !open)
        .map(async ([name, entry]) => ({ name, entry, ...(await entry.log.measure()) })),
    );
    ended.sort((one, other) => other.changedAt.getTime() - one.changedAt.getTime());
    let bytesKept = 0;
    for (const [index, { name, entry, bytes }] of ended.entries()) {
      bytesKept += bytes;
      if (index < this.#options.endedMax && bytesKept <= this.#options.endedBytesMax) continue;
      // It may have been opened again, or removed, meanwhile.
      if (entry.open || this.#deployments.get(id)?.get(name) !== entry) continue;
      entries.delete(name);
      entry.log.remove();
    }
  }

  #path(id: string, name: string): string {
    return join(this.#options.folder, id, `${name}.log`);
  }
}

function sourceOf(name: string, log: ReplicaLog): LogSource {
  return { log, label: (line) => labelled(name, line) };
}
