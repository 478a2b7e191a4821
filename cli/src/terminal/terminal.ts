/**
 * What a person sees while Slipway starts: one line a step with its duration. On a terminal the running steps are
 * redrawn in place; elsewhere a line is written when a step ends, and now and then while a long one runs.
 */
import { styleText } from "node:util";

const REDRAW_MS = 120;
const REMINDER_MS = 15_000;
const FRAMES = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"];

/** What the work of a step may say about itself. */
export interface Step {
  /** A few words that stand behind the duration. */
  note(text: string): void;
  /** The newest line of output, shown while the step runs. */
  progress(line: string): void;
}

interface RunningStep {
  title: string;
  startedMs: number;
  remindedMs: number;
  progress: string;
}

type Style = "green" | "red" | "yellow" | "dim" | "cyan" | "bold";

/** Writes steps and lines to a stream. */
export class Terminal implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #running = new Set<RunningStep>();
  #timer: NodeJS.Timeout | undefined;
  #drawnLines = 0;
  #frame = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Runs `work` as a visible step and passes its result on. */
  async step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
    const running: RunningStep = { title, startedMs: Date.now(), remindedMs: Date.now(), progress: "" };
    let note = "";
    this.#running.add(running);
    this.#timer ??= setInterval(() => this.#tick(), this.#stream.isTTY ? REDRAW_MS : 1_000).unref();
    try {
      const result = await work({
        note: (text) => {
          note = text;
        },
        progress: (line) => {
          running.progress = line.trim();
        },
      });
      this.#running.delete(running);
      this.line(stepLine(this.style("green", "✓"), running, this.style("dim", note)));
      return result;
    } catch (error) {
      this.#running.delete(running);
      const cancelled = error instanceof Error && (error.name === "AbortError" || "isCanceled" in error);
      if (cancelled) this.line(stepLine(this.style("dim", "–"), running, this.style("dim", "not finished")));
      else this.line(stepLine(this.style("red", "✗"), running, ""));
      throw error;
    }
  }

  /** Writes a line above the running steps. */
  line(text = ""): void {
    this.#erase();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  /** Writes what went wrong and is being mended. */
  warn(text: string): void {
    this.line(`${this.style("yellow", "!")} ${text}`);
  }

  style(style: Style, text: string): string {
    return text === "" ? "" : styleText(style, text, { stream: this.#stream });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#erase();
    this.#running.clear();
  }

  #tick(): void {
    this.#frame += 1;
    if (this.#stream.isTTY) {
      this.#erase();
      this.#draw();
      return;
    }
    for (const step of this.#running) {
      if (Date.now() - step.remindedMs < REMINDER_MS) continue;
      step.remindedMs = Date.now();
      this.#stream.write(`${stepLine("…", step, step.progress)}\n`);
    }
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.#stream.write(`\x1b[${this.#drawnLines}A\x1b[0J`);
    this.#drawnLines = 0;
  }

  #draw(): void {
    if (!this.#stream.isTTY) return;
    const width = (this.#stream.columns ?? 80) - 1;
    for (const step of this.#running) {
      const frame = FRAMES[this.#frame % FRAMES.length] ?? "…";
      this.#stream.write(`${stepLine(frame, step, step.progress).slice(0, width)}\n`);
      this.#drawnLines += 1;
    }
  }
}

/** Writes a duration as people read it: `0.4 s`, `12 s`, `2 min 5 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function stepLine(mark: string, step: RunningStep, note: string): string {
  const duration = formatDuration(Date.now() - step.startedMs);
  return `${mark} ${step.title.padEnd(34)} ${duration.padStart(9)}  ${note}`.trimEnd();
}
