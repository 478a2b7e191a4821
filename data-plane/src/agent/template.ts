/**
 * Our side of one template process (`worker/slipway_worker/template.py`): it has imported what models of an environment
 * import, and forks replicas when asked. It may die at any moment: its children live on, and nobody waits for it in vain.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { z } from "zod";
import { makeOwnFolder, type WorkerUser } from "./isolation.ts";
import { forEachLine } from "./line-splitter.ts";
import { stepBack, stepForward } from "./priority.ts";
import type { Ending } from "./worker-child.ts";
import { baseEnvironment, type WorkerHost } from "./worker-host.ts";

const importedSchema = z.object({
  event: z.literal("imported"),
  modules: z.number(),
  ms: z.number(),
  /** Module → why it could not be imported. */
  failed: z.record(z.string(), z.string()),
  /** Module → the names of the threads that it started and that a fork would lose. */
  threads: z.record(z.string(), z.array(z.string())),
});
export type Imported = z.infer<typeof importedSchema>;

const eventSchema = z.discriminatedUnion("event", [
  importedSchema,
  z.object({ event: z.literal("forked"), id: z.string(), pid: z.number().int().min(2) }),
  z.object({ event: z.literal("refused"), id: z.string(), error: z.string() }),
  z.object({
    event: z.literal("exited"),
    pid: z.number().int(),
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
  }),
]);

export interface TemplateSpec {
  python: string;
  /** Packages of the worker's own. */
  support: string | null;
  cpuThreads: number;
  user: WorkerUser | null;
}

export interface ForkOrder {
  arguments: readonly string[];
  folder: string;
  streams: string;
  environment: Record<string, string>;
}

export interface ForkedProcess {
  pid: number;
  /** How it ended; null when the template has gone before it could tell. */
  exited: Promise<Ending | null>;
}

/** No replica came of a fork, for a reason that lies with the template, not with the model. */
export class ForkError extends Error {
  override readonly name = "ForkError";
}

/** Children write their own command lines over the template's: it leaves room for them. */
const ROOM = `--room=${".".repeat(4_000)}`;
/** An answer tells of each module that could not be imported. */
const LINE_LENGTH_MAX = 16 * 1024 ** 2;
const POLITE_MS = 2_000;

export class Template {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #control: Duplex;
  readonly #ended: Promise<void>;
  #alive = true;
  #lastLine = "";
  #imports: PromiseWithResolvers<Imported>[] = [];
  readonly #forks = new Map<string, PromiseWithResolvers<ForkedProcess>>();
  readonly #children = new Map<number, (ending: Ending | null) => void>();
  readonly #changed: () => void;

  private constructor(
    child: ChildProcess & { pid: number },
    control: Duplex,
    { folder, host, changed }: { folder: string; host: WorkerHost; changed: () => void },
  ) {
    this.#child = child;
    this.#control = control;
    this.pid = child.pid;
    this.#changed = changed;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) forEachLine(stream, (line) => (this.#lastLine = line || this.#lastLine));
    }
    control.on("error", () => control.destroy());
    forEachLine(control, (line) => this.#take(line), LINE_LENGTH_MAX);
    host.records.add(child.pid);
    this.#ended = once(child, "exit").then(async () => {
      host.records.remove(child.pid);
      this.#lose();
      await rm(folder, { recursive: true, force: true }).catch(host.warn);
    });
  }

  /**
   * Starts one, which has imported nothing yet. `changed` is called when its number of children has changed and when it ends.
   * @throws ForkError when its program cannot be run.
   */
  static async start(host: WorkerHost, spec: TemplateSpec, changed: () => void): Promise<Template> {
    const folder = join(host.scratchFolder, `template-${randomBytes(6).toString("hex")}`);
    await makeOwnFolder(folder, spec.user);
    const packages = spec.support === null ? [] : ["--packages", spec.support];
    const child = spawn(spec.python, ["-m", "slipway_worker.template", ...packages, ROOM], {
      cwd: folder,
      env: baseEnvironment(host, spec, folder),
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      ...(spec.user === null ? {} : spec.user),
    });
    child.on("error", () => undefined); // `exit` or a missing pid tells it
    const control = child.stdio[3];
    if (!hasPid(child) || !(control instanceof Duplex)) {
      throw new ForkError(`${spec.python} cannot be started`);
    }
    stepBack(child.pid);
    return new Template(child, control, { folder, host, changed });
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** Replicas that it has forked and that run. */
  get children(): number {
    return this.#children.size + this.#forks.size;
  }

  /** What it has printed last: why it ended, when it ended. */
  get lastLine(): string {
    return this.#lastLine;
  }

  get ended(): Promise<void> {
    return this.#ended;
  }

  /**
   * Imports modules, so that children have them; forks that are asked for later come after it.
   * @throws ForkError when it ends meanwhile.
   */
  async import(modules: readonly string[]): Promise<Imported> {
    const imported = Promise.withResolvers<Imported>();
    this.#imports.push(imported);
    stepBack(this.pid);
    this.#send({ do: "import", modules });
    const result = await imported.promise;
    await stepForward(this.pid);
    return result;
  }

  /** Resolves when it has imported all that it was asked to: until then no fork comes of it. */
  get imported(): Promise<unknown> {
    return Promise.allSettled(this.#imports.map(({ promise }) => promise));
  }

  /** Forks a child. @throws ForkError when it refuses, ends meanwhile or takes too long. */
  async fork(order: ForkOrder, deadline: AbortSignal): Promise<ForkedProcess> {
    const id = randomBytes(6).toString("hex");
    const forked = Promise.withResolvers<ForkedProcess>();
    this.#forks.set(id, forked);
    const late = () => forked.reject(new ForkError("the template did not answer in time"));
    deadline.addEventListener("abort", late, { once: true });
    try {
      this.#send({ do: "fork", id, ...order });
      return await forked.promise;
    } finally {
      deadline.removeEventListener("abort", late);
      this.#forks.delete(id);
    }
  }

  /** Ends it. Its children, if it has any, live on. */
  async stop(): Promise<void> {
    if (!this.#alive) return this.#ended;
    this.#control.end();
    const force = setTimeout(() => this.#child.kill("SIGKILL"), POLITE_MS);
    await this.#ended;
    clearTimeout(force);
  }

  #send(order: object): void {
    if (!this.#alive) this.#lose();
    else this.#control.write(`${JSON.stringify(order)}\n`);
  }

  #take(line: string): void {
    const parsed = eventSchema.safeParse(safeJson(line));
    // Packages share its process and may write anywhere.
    if (!parsed.success) return;
    const event = parsed.data;
    switch (event.event) {
      case "imported":
        this.#imports.shift()?.resolve(event);
        break;
      case "forked":
        this.#forked(event);
        break;
      case "refused":
        this.#forks.get(event.id)?.reject(new ForkError(event.error));
        break;
      case "exited":
        this.#children.get(event.pid)?.({ code: event.code, signal: event.signal });
        this.#children.delete(event.pid);
        this.#changed();
    }
  }

  #forked({ id, pid }: { id: string; pid: number }): void {
    const exited = new Promise<Ending | null>((resolve) => this.#children.set(pid, resolve));
    // Nobody waits for one that came too late; it ends by itself.
    this.#forks.get(id)?.resolve({ pid, exited });
    this.#changed();
  }

  #lose(): void {
    this.#alive = false;
    const error = new ForkError(
      `the template ended${this.#lastLine === "" ? "" : `; it said: ${this.#lastLine}`}`,
    );
    for (const { reject } of this.#imports.splice(0)) reject(error);
    for (const { reject } of this.#forks.values()) reject(error);
    for (const resolve of this.#children.values()) resolve(null);
    this.#children.clear();
    this.#changed();
  }
}

function hasPid(child: ChildProcess): child is ChildProcess & { pid: number } {
  return child.pid !== undefined;
}

function safeJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // told by the caller
  }
}
