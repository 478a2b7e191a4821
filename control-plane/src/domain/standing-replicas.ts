/** What replicas there were when: minutes in which nothing else happened are not all told, see `IDLE_MINUTES`. Pure. */
import type { Figures } from "@slipway/contracts/api/figures";
import { IDLE_MINUTES, type MinuteFigures } from "@slipway/contracts/observation";

export const MINUTE_MS = 60_000;

/** What one revision did in one minute. */
export interface RevisionMinuteRecord {
  revision: number;
  minuteMs: number;
  figures: MinuteFigures;
}

/** The time that is looked at, in whole steps; the last one may still go on at `nowMs`. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  stepMs: number;
  nowMs: number;
}

interface Told {
  /** Minutes after the beginning of the stretch; negative before it. */
  index: number;
  replicas: number;
  memoryBytes: number;
}

/** The replicas of each minute of a stretch, those of revisions that run side by side added. */
export class Standing {
  readonly #fromMs: number;
  readonly #replicas: Float64Array;
  readonly #memoryBytes: Float64Array;
  /** Nothing is there ahead of time. */
  readonly #end: number;

  /** `minutes` are in the order of time. */
  constructor(minutes: readonly RevisionMinuteRecord[], { fromMs, toMs, nowMs }: Stretch) {
    const length = (toMs - fromMs) / MINUTE_MS;
    this.#fromMs = fromMs;
    this.#replicas = new Float64Array(length);
    this.#memoryBytes = new Float64Array(length);
    this.#end = Math.min(length, Math.floor((nowMs - fromMs) / MINUTE_MS) + 1);
    this.#fill(minutes);
  }

  /** The most of a part of the stretch. */
  most(fromMs: number, toMs: number): Pick<Figures, "replicas" | "memoryBytes"> {
    const most = (numbers: Float64Array) =>
      numbers
        .subarray((fromMs - this.#fromMs) / MINUTE_MS, (toMs - this.#fromMs) / MINUTE_MS)
        .reduce((so, number) => Math.max(so, number), 0);
    const [replicas, memoryBytes] = [most(this.#replicas), most(this.#memoryBytes)];
    return { replicas, memoryBytes: memoryBytes === 0 ? null : memoryBytes };
  }

  /** What a minute tells of a revision holds until its next one. */
  #fill(minutes: readonly RevisionMinuteRecord[]): void {
    const open = new Map<number, Told>();
    for (const { revision, minuteMs, figures } of minutes) {
      const told = {
        index: (minuteMs - this.#fromMs) / MINUTE_MS,
        replicas: figures.replicasMax,
        memoryBytes: figures.memoryBytesMax,
      };
      const before = open.get(revision);
      // A data plane that was started again tells of the same minute once more.
      if (before?.index === told.index) {
        before.replicas = Math.max(before.replicas, told.replicas);
        before.memoryBytes = Math.max(before.memoryBytes, told.memoryBytes);
        continue;
      }
      if (before !== undefined) this.#hold(before, told.index);
      open.set(revision, told);
    }
    for (const told of open.values()) this.#hold(told, this.#end);
  }

  #hold({ index, replicas, memoryBytes }: Told, until: number): void {
    const end = Math.min(until, index + IDLE_MINUTES, this.#end);
    for (let at = Math.max(0, index); at < end; at += 1) {
      this.#replicas[at] = (this.#replicas[at] ?? 0) + replicas;
      this.#memoryBytes[at] = Math.max(this.#memoryBytes[at] ?? 0, memoryBytes);
    }
  }
}
