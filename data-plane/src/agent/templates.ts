/**
 * The template processes: one for each environment, user and number of threads (which native libraries read when they are
 * imported). A template is started when a replica is wanted, learns what replicas import, and ends when it has had no
 * replica for a while. Where none can be had the caller starts plainly; it is told why.
 */
import type { Logger } from "#telemetry/logger.ts";
import { backOffMs } from "./back-off.ts";
import { LearnedImports } from "./learned-imports.ts";
import { proportionalBytes } from "./memory.ts";
import { watchForStall } from "./stall-watch.ts";
import { ForkError, type Imported, Template, type TemplateSpec } from "./template.ts";
import type { WorkerHost } from "./worker-host.ts";

export interface TemplatesOptions {
  host: WorkerHost;
  /** False: all replicas are started plainly. */
  enabled: boolean;
  /** A template without replicas ends after so long. */
  idleMs: number;
  startTimeoutMs: number;
  logger: Logger;
}

/** What a replica wants to be forked from. */
export interface Wanted extends TemplateSpec {
  environment: { hash: string; folder: string };
  /** What is known of the model before it was ever loaded. */
  modules: readonly string[];
}

/** One of the two: a template, or why there is none. */
export type Found = { template: Template } | { template: null; reason: string };

/** Without them nothing can be scored. */
const BASE = ["mlflow.pyfunc", "mlflow.pyfunc.scoring_server"];
/** A module that starts threads is found when it is imported; leaving it out takes a new template. */
const ATTEMPTS_MAX = 3;
const STALL_MS = 30_000;
/** The first back-off of `backOffMs` is a second: a template that cannot start is not tried with every replica. */
const BACK_OFF_TIMES = 10;

interface Place {
  current: Promise<Found> | undefined;
  learned: LearnedImports;
  /** Its templates import nothing but what every model needs: with more one could not be started. */
  isBare: boolean;
  failures: number;
  retryAtMs: number;
  reason: string;
}

/** A template that runs; a retired one forks nothing more and ends with its last child. */
interface Entry {
  /** What it was asked to import. */
  told: Set<string>;
  retired: boolean;
  ending: NodeJS.Timeout | undefined;
}

export class Templates {
  readonly #options: TemplatesOptions;
  readonly #places = new Map<string, Place>();
  readonly #running = new Map<Template, Entry>();
  readonly #learned = new Map<string, LearnedImports>();
  #closed = false;

  constructor(options: TemplatesOptions) {
    this.#options = options;
  }

  /** The template to fork from, started if there is none yet; it has imported what is wanted. Never throws. */
  async find(wanted: Wanted): Promise<Found> {
    if (!this.#options.enabled) return { template: null, reason: "templates are switched off" };
    const place = this.#place(wanted);
    const before = place.current;
    const found = await before;
    if (found?.template && this.#forks(found.template)) {
      await this.#teach(found.template, wanted, await place.learned.allowed(wanted.modules));
      if (this.#forks(found.template)) return found;
    }
    if (performance.now() < place.retryAtMs) return { template: null, reason: place.reason };
    // Another caller may have begun it while this one waited.
    if (place.current === before) place.current = this.#begin(place, wanted);
    return place.current ?? { template: null, reason: place.reason };
  }

  /** Takes up what a replica has imported beyond its template, for those that come. */
  async learn(wanted: Wanted, listPath: string): Promise<void> {
    if (!this.#options.enabled) return;
    const place = this.#place(wanted);
    const fresh = await place.learned.learn(listPath);
    const found = await place.current;
    if (found?.template) await this.#teach(found.template, wanted, fresh);
  }

  /** False for one that has ended or shall end. */
  #forks(template: Template): boolean {
    return template.isAlive && this.#running.get(template)?.retired === false;
  }

  /** Has a template that is in use import more, unless it was told before. */
  async #teach(template: Template, wanted: Wanted, modules: readonly string[]): Promise<void> {
    const told = this.#running.get(template)?.told;
    const fresh = modules.filter((name) => told?.has(name) === false);
    if (fresh.length === 0 || !template.isAlive) return;
    for (const name of fresh) told?.add(name);
    const { learned } = this.#place(wanted);
    const imported = await this.#import(template, fresh).catch(() => undefined);
    if (imported === undefined) {
      // One that hangs is ended: its replicas go on, and those that come get another one, which knows less.
      if (template.isAlive) await Promise.all([learned.exclude(fresh), template.stop()]);
      return;
    }
    this.#log(template, wanted, imported);
    await learned.exclude([...Object.keys(imported.threads), ...Object.keys(imported.failed)]);
    // Its children are sound; those that come are forked from one without these threads.
    if (Object.keys(imported.threads).length > 0) this.#retire(template);
  }

  /** Ends all. The replicas have ended before. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running.keys()].map((template) => template.stop()));
  }

  #place(wanted: Wanted): Place {
    const { environment, user, cpuThreads } = wanted;
    const key = `${environment.hash}/${user?.uid ?? "self"}/${cpuThreads}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      const learned = this.#learned.get(environment.hash) ?? new LearnedImports(environment.folder);
      this.#learned.set(environment.hash, learned);
      place = { current: undefined, learned, isBare: false, failures: 0, retryAtMs: 0, reason: "" };
      this.#places.set(key, place);
    }
    return place;
  }

  async #begin(place: Place, wanted: Wanted): Promise<Found> {
    try {
      const template = await this.#start(place, wanted);
      place.failures = 0;
      this.#watch(template);
      return { template };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      place.retryAtMs = performance.now() + BACK_OFF_TIMES * backOffMs(place.failures);
      place.failures += 1;
      place.reason = reason;
      this.#options.logger.warn(
        { environment: wanted.environment.hash, reason },
        "a template cannot be used",
      );
      return { template: null, reason };
    }
  }

  async #start(place: Place, wanted: Wanted): Promise<Template> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#closed) throw new ForkError("the data plane stops");
      const { host } = this.#options;
      const template = await Template.start(host, wanted, () => this.#watch(template));
      const modules = place.isBare ? [] : await place.learned.modules(wanted.modules);
      this.#running.set(template, { told: new Set(modules), retired: false, ending: undefined });
      try {
        const imported = await this.#import(template, [...BASE, ...modules]);
        checkBase(imported);
        this.#log(template, wanted, imported);
        await place.learned.exclude([...Object.keys(imported.failed), ...Object.keys(imported.threads)]);
        if (Object.keys(imported.threads).length === 0) return template;
        if (attempt === ATTEMPTS_MAX) throw new ForkError(`threads run: ${describeThreads(imported)}`);
        await template.stop();
      } catch (error) {
        await template.stop();
        if (place.isBare || attempt === ATTEMPTS_MAX || this.#closed) throw error;
        // What it had learned may be what it cannot import.
        place.isBare = true;
      }
    }
  }

  async #import(template: Template, modules: readonly string[]): Promise<Imported> {
    const { startTimeoutMs } = this.#options;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const seconds = Math.round(startTimeoutMs / 1000);
    const error = new ForkError(`the packages were not imported within ${seconds} s`);
    const timer = setTimeout(() => reject(error), startTimeoutMs);
    const endWatch = watchForStall(template.pid, STALL_MS, () =>
      reject(new ForkError("it did nothing for a while when it should import packages")),
    );
    try {
      return await Promise.race([template.import(modules), late]);
    } finally {
      clearTimeout(timer);
      endWatch();
    }
  }

  /** Called when its number of children has changed. */
  #watch(template: Template): void {
    const entry = this.#running.get(template);
    clearTimeout(entry?.ending);
    if (!template.isAlive) this.#running.delete(template);
    if (!template.isAlive || entry === undefined || template.children > 0) return;
    if (entry.retired) return void template.stop();
    entry.ending = setTimeout(() => {
      this.#options.logger.info({ pid: template.pid }, "a template without replicas ends");
      this.#retire(template);
    }, this.#options.idleMs);
    entry.ending.unref();
  }

  #retire(template: Template): void {
    const entry = this.#running.get(template);
    if (entry === undefined) return;
    entry.retired = true;
    this.#watch(template);
  }

  #log(
    template: Template,
    { environment, cpuThreads }: Wanted,
    { modules, ms, failed, threads }: Imported,
  ): void {
    void proportionalBytes(template.pid).then((bytes) => {
      const memoryMiB = bytes === null ? null : Math.round(bytes / 1024 ** 2);
      const told = {
        environment: environment.hash,
        cpuThreads,
        pid: template.pid,
        modules,
        ms: Math.round(ms),
      };
      this.#options.logger.info({ ...told, memoryMiB, failed, threads }, "a template has imported");
    });
  }
}

/** @throws ForkError when nothing can be scored in its children. */
function checkBase(imported: Imported): void {
  for (const name of BASE) {
    const why = imported.failed[name];
    if (why !== undefined) throw new ForkError(`${name} cannot be imported: ${why}`);
    if (name in imported.threads) throw new ForkError(`threads run: ${describeThreads(imported)}`);
  }
}

function describeThreads({ threads }: Imported): string {
  return Object.entries(threads)
    .map(([module, names]) => `${names.join(", ")} (of ${module})`)
    .join("; ");
}
