/** An open-loop load in a process of its own, as a test starts and ends it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type FromGenerator, fromGeneratorSchema, type Load, type ToGenerator } from "./messages.ts";
import type { Outcome } from "./outcome.ts";

const DEFAULTS = {
  spacing: "poisson",
  rampSeconds: 0,
  headers: {},
  secondsMax: 1_200,
  requestsMax: 300_000,
  timeoutMs: 30_000,
} satisfies Partial<Load>;
type LoadOptions = Omit<Load, keyof typeof DEFAULTS> & Partial<Load>;

/** A load that is running. Disposing of it ends it, whatever it has sent. */
export class RunningLoad implements Disposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Outcome[]>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = heard(child, "ended").then(({ outcomes }) => outcomes);
    // Whoever ends the load asks for it; until then a failure must not count as unhandled.
    this.#ended.catch(() => undefined);
  }

  /** Starts a load and resolves when its first request is on its way. */
  static async start(options: LoadOptions): Promise<RunningLoad> {
    const child = fork(new URL("./generator-process.ts", import.meta.url), {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      serialization: "advanced",
    });
    const started = heard(child, "started");
    const running = new RunningLoad(child);
    tell(child, { type: "start", load: { ...DEFAULTS, ...options } });
    await started;
    return running;
  }

  /** Sends nothing more, waits for the answers on their way, and tells what became of every request. */
  async stop(): Promise<Outcome[]> {
    if (this.#child.connected) tell(this.#child, { type: "stop" });
    return this.end();
  }

  /** Waits until the load is over by itself. */
  async end(): Promise<Outcome[]> {
    const outcomes = await this.#ended;
    this[Symbol.dispose]();
    return outcomes;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

function tell(child: ChildProcess, message: ToGenerator): void {
  child.send(message, () => undefined);
}

/** @throws Error when the generator ends first. */
function heard<T extends FromGenerator["type"]>(
  child: ChildProcess,
  type: T,
): Promise<Extract<FromGenerator, { type: T }>> {
  const message = new Promise<Extract<FromGenerator, { type: T }>>((resolve, reject) => {
    child.on("message", (raw) => {
      const said = fromGeneratorSchema.safeParse(raw);
      if (!said.success) return reject(said.error);
      if (said.data.type === type) resolve(said.data as Extract<FromGenerator, { type: T }>);
    });
  });
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`the load generator ended early: ${code ?? signal}`);
  });
  return Promise.race([message, ended]);
}
