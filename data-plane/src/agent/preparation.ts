/** Brings a revision from its registered version to a worker that has predicted: each step told as it happens. */
import type { Signature } from "@slipway/contracts/api/model";
import type { AssignedRevision } from "@slipway/contracts/assignment";
import { parseSignature } from "@slipway/contracts/mlflow-signature";
import type { Logger } from "#telemetry/logger.ts";
import type { ByteCode, NamedFiles } from "./byte-code.ts";
import type { BuiltEnvironment, EnvironmentStore } from "./environment-store.ts";
import { Failure } from "./failure.ts";
import type { Isolation } from "./isolation.ts";
import { openVariables } from "./model-source.ts";
import type { ModelStore, StoredModel } from "./model-store.ts";
import type { Prepared } from "./pool-ports.ts";
import type { Started } from "./replica.ts";
import type { ReplicaLog } from "./replica-log.ts";
import { type DescribedModel, ReplicaLostError } from "./replica-pool.ts";
import { smokeTest } from "./smoke-test.ts";
import { watchForStall } from "./stall-watch.ts";
import type { StartTurns } from "./start-turns.ts";
import type { StepLog } from "./step-log.ts";
import type { Template } from "./template.ts";
import { ForkError } from "./template.ts";
import type { Templates } from "./templates.ts";
import type { WorkerHost } from "./worker-host.ts";
import { type ReadyEvent, WorkerProcess, type WorkerSpec } from "./worker-process.ts";

export interface PreparationOptions {
  key: Buffer;
  models: ModelStore;
  environments: EnvironmentStore;
  isolation: Isolation;
  byteCode: ByteCode;
  templates: Templates;
  turns: StartTurns;
  host: WorkerHost;
  smokeTestTimeoutMs: number;
  logger: Logger;
}

/** What a worker is started from. */
interface Wanted {
  spec: WorkerSpec;
  model: StoredModel;
  environment: BuiltEnvironment;
}

/** A fork that uses no processor time for so long waits for something that never comes. */
const FORK_STALL_MS = 20_000;

export class Preparation {
  readonly #options: PreparationOptions;
  /** Digests of models that worked only when they were started plainly. */
  readonly #unforkable = new Set<string>();

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** Downloads and builds; see `PoolPorts.prepare`. */
  async prepare(id: string, revision: AssignedRevision, steps: StepLog): Promise<Prepared> {
    const { key, models, environments, isolation } = this.#options;
    const variables = openVariables(key, revision.variables);
    steps.begin("download");
    const model = await models.ensure(revision.model, (line) => steps.output("download", line));
    const size =
      model.bytes < 1e6 ? `${Math.ceil(model.bytes / 1e3)} kB` : `${(model.bytes / 1e6).toFixed(1)} MB`;
    steps.done("download", model.cached ? `Cached: ${size}.` : `${size}.`);

    steps.begin("environment");
    const environment = await environments.ensure(model, (line) => steps.output("environment", line));
    steps.done("environment", environment.message);

    const spec: WorkerSpec = {
      python: environment.python,
      support: environment.support,
      modelFolder: model.folder,
      variables,
      ...revision.resources,
      user: await isolation.userFor(environment.python, model.folder),
      batching: revision.batching.mode,
      name: id,
      version: revision.model.version,
    };
    const wanted = { spec, model, environment };
    return {
      environmentHash: environment.hash,
      start: (log, stopped, how) => this.#start(wanted, { log, stopped, ...how }),
    };
  }

  /** Forks where that is possible, when its turn has come. A fork that fails proves nothing: the same is started plainly. */
  async #start(wanted: Wanted, how: StartOptions): Promise<Started> {
    const { turns } = this.#options;
    const { log, stopped, steps, urgent } = how;
    stopped.throwIfAborted();
    if (wanted.spec.user === null && process.getuid?.() === 0) log.append(SAME_USER_WARNING);
    using turn = await turns.take({ urgent, stopped }, (before) => {
      const others = before === 1 ? "one other start goes" : `${before} other starts go`;
      steps?.begin("load", `Waits for its turn: ${others} before it`);
    });
    steps?.begin("load", "Importing the model's packages and loading the model");
    const template = how.plainly ? null : await unlessStopped(this.#findTemplate(wanted, log), stopped);
    if (template === null) return await this.#startOnce(wanted, how, null);
    try {
      return await this.#startOnce(wanted, how, template);
    } catch (error) {
      if (stopped.aborted || isDecided(error)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      log.append(`slipway: forked from a template it failed, and is now started plainly. ${why}`);
      turn.renew();
      const started = await this.#startOnce(wanted, how, null);
      // With the template at fault the next fork may work; else what does not like to be forked is not forked again.
      if (!(error instanceof ForkError)) this.#unforkable.add(wanted.model.digest);
      return started;
    }
  }

  async #findTemplate({ spec, model, environment }: Wanted, log: ReplicaLog): Promise<Template | null> {
    const plainly = (why: string) => {
      log.append(`slipway: started plainly: ${why}`);
      return null;
    };
    if (Object.keys(spec.variables).length > 0) {
      return plainly("the deployment sets variables, which packages may read when they are imported");
    }
    if (this.#unforkable.has(model.digest)) return plainly("forked, it did not work before");
    const risky = model.facts.flavors.find((flavor) => NOT_FORKED.has(flavor));
    if (risky !== undefined) return plainly(`models of the flavor ${risky} are not forked`);
    const found = await this.#options.templates.find({ ...spec, environment, modules: modulesOf(model) });
    return found.template ?? plainly(found.reason);
  }

  async #startOnce(
    { spec, model, environment }: Wanted,
    { log, stopped, steps, urgent }: StartOptions,
    template: Template | null,
  ): Promise<Started> {
    const { host, byteCode, smokeTestTimeoutMs } = this.#options;
    let step: "load" | "smoke test" | undefined = "load";
    if (template !== null)
      steps?.begin("load", "Forking a process that has the packages, and loading the model");
    const names = byteCode.toName(environment.folder, model.digest);
    const worker = await WorkerProcess.start(host, spec, {
      template,
      urgent,
      names,
      log: (line) => {
        log.append(line);
        if (step !== undefined) steps?.output(step, line);
      },
    }).catch((error: unknown) => {
      byteCode.ended(environment.folder, names);
      throw error;
    });
    const endWatch = worker.isForked
      ? watchForStall(worker.pid, FORK_STALL_MS, () => worker.kill(STALLED))
      : noWatch;
    const abort = () => void worker.stop();
    stopped.addEventListener("abort", abort, { once: true });
    try {
      stopped.throwIfAborted();
      const ready = await worker.ready;
      steps?.done(
        "load",
        `Loaded in ${(ready.loadMs / 1000).toFixed(1)} s with MLflow ${ready.mlflowVersion}.`,
      );
      step = "smoke test";
      steps?.begin("smoke test");
      const connection = await worker.connect();
      const result = await smokeTest(connection, ready, smokeTestTimeoutMs).catch(async (error: unknown) => {
        connection.close();
        throw error instanceof ReplicaLostError ? await endedInSmokeTest(worker) : error;
      });
      if (result.answer !== null) steps?.output("smoke test", `Answered ${result.answer}`);
      steps?.[result.outcome]("smoke test", result.message);
      void this.#learn({ spec, model, environment }, worker, names);
      return { worker, connection, ready, described: describe(ready) };
    } catch (error) {
      byteCode.ended(environment.folder, names);
      await worker.stop();
      throw error;
    } finally {
      step = undefined;
      endWatch();
      stopped.removeEventListener("abort", abort);
    }
  }

  /** What the worker has imported makes the starts that come faster: compiled first, then imported by its template. */
  async #learn(
    { spec, model, environment }: Wanted,
    worker: WorkerProcess,
    names: NamedFiles,
  ): Promise<void> {
    const { byteCode, templates, logger } = this.#options;
    try {
      await byteCode.compile(environment.folder, model.digest, { names, listPath: worker.modulesPath });
      await templates.learn({ ...spec, environment, modules: modulesOf(model) }, worker.importsPath);
    } catch (err) {
      logger.warn({ err }, "what a worker has imported could not be used; starts stay slow");
    }
  }
}

interface StartOptions {
  log: ReplicaLog;
  stopped: AbortSignal;
  /** Null when nobody follows them. */
  steps: StepLog | null;
  urgent: boolean;
  plainly?: boolean;
}

/** Flavors whose packages start threads or other processes as they see fit. */
const NOT_FORKED: ReadonlySet<string> = new Set(["tensorflow", "keras", "spark", "h2o", "johnsnowlabs"]);
/** Flavors whose package has another name. */
const PACKAGES: Readonly<Record<string, string>> = { pytorch: "torch", python_function: "cloudpickle" };
const STALLED = new Failure("LoadFailed", "The worker did nothing for a while and was stopped.");
const noWatch = () => undefined;

/** What a model imports, as far as its files tell: the rest is learned. */
function modulesOf({ facts: { flavors, loaderModule, modules } }: StoredModel): string[] {
  const packages = flavors.map((flavor) => PACKAGES[flavor] ?? flavor);
  return [...packages, ...(loaderModule === null ? [] : [loaderModule]), ...modules];
}

/** @throws the reason of `stopped` when that aborts first. */
async function unlessStopped<T>(work: Promise<T>, stopped: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(stopped.reason);
  stopped.addEventListener("abort", stop, { once: true });
  try {
    stopped.throwIfAborted();
    return await Promise.race([work, promise]);
  } finally {
    stopped.removeEventListener("abort", stop);
  }
}

/** The same would happen to a worker that is started plainly. */
function isDecided(error: unknown): boolean {
  return error instanceof Failure && error.reason === "MemoryExceeded";
}

function describe(ready: ReadyEvent): DescribedModel {
  const { mlflowVersion, flavors, smokeTest: tried } = ready;
  const isJson = tried?.contentType.startsWith("application/json") === true;
  return {
    mlflowVersion,
    flavors,
    signature: signatureOf(ready),
    example: isJson ? parseJson(tried.body) : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Python writes NaN where JSON has no word: such an example is for nobody to copy
  }
}

/** The model's own code shares the process that tells it: what cannot be read counts as none. */
function signatureOf({ signature }: ReadyEvent): Signature | null {
  if (signature === null) return null;
  try {
    return parseSignature(signature);
  } catch {
    return null; // shown as an endpoint without a signature
  }
}

/** Why a worker that went away while it was tried did so. */
async function endedInSmokeTest(worker: WorkerProcess): Promise<Failure> {
  await worker.stop();
  const { reason, message } = worker.ending;
  if (reason !== "LoadFailed") return worker.ending;
  return new Failure("SmokeTestFailed", `${message} It was at the prediction of its smoke test.`);
}

const SAME_USER_WARNING =
  "slipway: this worker runs as root, because the unprivileged user cannot reach its Python, environment or model. " +
  "Put SLIPWAY_HOME where every user may pass, or install Python for all users (e.g. in /usr), to separate them.";
