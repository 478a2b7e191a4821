/** Brings a revision from its registered version to a worker that has predicted: each step told as it happens. */
import type { Signature } from "@slipway/contracts/api/model";
import type { AssignedRevision } from "@slipway/contracts/assignment";
import { parseSignature } from "@slipway/contracts/mlflow-signature";
import type { Logger } from "#telemetry/logger.ts";
import type { ByteCode } from "./byte-code.ts";
import type { BuiltEnvironment, EnvironmentStore } from "./environment-store.ts";
import { Failure } from "./failure.ts";
import type { Isolation } from "./isolation.ts";
import { openVariables } from "./model-source.ts";
import type { ModelStore, StoredModel } from "./model-store.ts";
import type { Prepared } from "./pool.ts";
import type { Started } from "./replica.ts";
import type { ReplicaLog } from "./replica-log.ts";
import { type DescribedModel, ReplicaLostError } from "./replica-pool.ts";
import { smokeTest } from "./smoke-test.ts";
import type { StepLog } from "./step-log.ts";
import { type ReadyEvent, type WorkerHost, WorkerProcess, type WorkerSpec } from "./worker-process.ts";

export interface PreparationOptions {
  key: Buffer;
  models: ModelStore;
  environments: EnvironmentStore;
  isolation: Isolation;
  byteCode: ByteCode;
  host: WorkerHost;
  smokeTestTimeoutMs: number;
  logger: Logger;
}

export class Preparation {
  readonly #options: PreparationOptions;

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** Downloads and builds; see `PoolPorts.prepare`. */
  async prepare(revision: AssignedRevision, steps: StepLog): Promise<Prepared> {
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
      modelFolder: model.folder,
      variables,
      ...revision.resources,
      user: await isolation.userFor(environment.python, model.folder),
    };
    return {
      environmentHash: environment.hash,
      start: (log, stopped, told) => this.#start(spec, { model, environment }, { log, stopped, steps: told }),
    };
  }

  async #start(
    spec: WorkerSpec,
    { model, environment }: { model: StoredModel; environment: BuiltEnvironment },
    { log, stopped, steps }: { log: ReplicaLog; stopped: AbortSignal; steps: StepLog | null },
  ): Promise<Started> {
    const { host, byteCode, smokeTestTimeoutMs, logger } = this.#options;
    stopped.throwIfAborted();
    if (spec.user === null && process.getuid?.() === 0) log.append(SAME_USER_WARNING);
    let step: "load" | "smoke test" | undefined = "load";
    steps?.begin("load", "Importing the model's packages and loading the model");
    const worker = await WorkerProcess.start(host, spec, (line) => {
      log.append(line);
      if (step !== undefined) steps?.output(step, line);
    });
    const abort = () => void worker.stop();
    stopped.addEventListener("abort", abort, { once: true });
    try {
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
      byteCode
        .compile(environment.folder, model.digest, worker.modulesPath)
        .catch((err: unknown) => logger.warn({ err }, "byte code could not be compiled; starts stay slow"));
      return { worker, connection, ready, described: describe(ready) };
    } catch (error) {
      await worker.stop();
      throw error;
    } finally {
      step = undefined;
      stopped.removeEventListener("abort", abort);
    }
  }
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
