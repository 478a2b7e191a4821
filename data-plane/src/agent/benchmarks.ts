/**
 * Measures assigned versions, one after another and behind everything that serves: a worker of its own is brought up as a
 * replica is, measured and ended. Level-triggered: what is assigned and has no result is measured, also after a restart.
 */
import { join } from "node:path";
import type { BenchmarkFigures } from "@slipway/contracts/api/benchmark";
import { SERVING_DEFAULTS } from "@slipway/contracts/api/serving";
import type { AssignedBenchmark, AssignedRevision } from "@slipway/contracts/assignment";
import type { ObservedBenchmark } from "@slipway/contracts/observation";
import { rowsOfBody } from "./example-rows.ts";
import { Failure } from "./failure.ts";
import { measure, RefusedError, type Times } from "./measure.ts";
import { residentBytes } from "./memory.ts";
import { sourceKey } from "./model-source.ts";
import type { Preparation } from "./preparation.ts";
import type { Started } from "./replica.ts";
import { ReplicaLog } from "./replica-log.ts";
import { ReplicaLostError } from "./replica-pool.ts";
import { type AgentStepName, StepLog } from "./step-log.ts";

export interface BenchmarksOptions {
  preparation: Pick<Preparation, "prepare">;
  /** For the log of the worker that is measured. */
  folder: string;
  requestTimeoutMs: number;
  /** For tests. */
  times?: Times;
}

interface Job {
  assigned: AssignedBenchmark;
  observed: ObservedBenchmark;
  stop: AbortController;
}

/** What each step is while it runs, for people. */
const STEP_WORDS: Record<AgentStepName, string> = {
  download: "Downloading the model.",
  environment: "Preparing the environment.",
  load: "Loading the model.",
  "smoke test": "Trying the input example.",
};

export class Benchmarks {
  readonly #options: BenchmarksOptions;
  /** By id, in the order in which they are run. */
  readonly #jobs = new Map<string, Job>();
  #changed: () => void = () => undefined;
  #working: Promise<void> | undefined;

  constructor(options: BenchmarksOptions) {
    this.#options = options;
  }

  /** Calls back whenever something observable has changed. */
  watch(changed: () => void): void {
    this.#changed = changed;
  }

  /** Takes over what is to be measured; what is not in it any more is given up and forgotten. */
  update(assigned: readonly AssignedBenchmark[]): void {
    const wanted = new Set(assigned.map(({ id }) => id));
    for (const [id, { stop }] of [...this.#jobs]) {
      if (wanted.has(id)) continue;
      stop.abort(new Error("the benchmark was taken off"));
      this.#jobs.delete(id);
    }
    for (const one of assigned) {
      if (this.#jobs.has(one.id)) continue;
      const observed = { id: one.id, state: "waiting" as const, message: null, figures: null };
      this.#jobs.set(one.id, { assigned: one, observed, stop: new AbortController() });
    }
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** How far each is; a result stays until its assignment is taken off. */
  observe(): ObservedBenchmark[] {
    return [...this.#jobs.values()].map(({ observed }) => observed);
  }

  /** The keys of the versions that are to be measured, for the model store. */
  get keys(): string[] {
    return [...this.#jobs.values()].map(({ assigned }) => sourceKey(assigned.model));
  }

  /** Gives up what runs; what is assigned stays so for the next start. */
  async close(): Promise<void> {
    for (const { stop } of this.#jobs.values()) stop.abort(new Error("the data plane stops"));
    await this.#working;
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = [...this.#jobs.values()].find(
        ({ observed, stop }) => observed.state === "waiting" && !stop.signal.aborted,
      );
      if (next === undefined) return;
      await this.#run(next);
    }
  }

  async #run(job: Job): Promise<void> {
    const { stop } = job;
    try {
      const figures = await this.#measure(job);
      this.#tell(job, { state: "succeeded", message: null, figures });
    } catch (error) {
      if (!stop.signal.aborted) this.#tell(job, { state: "failed", message: Failure.from(error).message });
    }
  }

  async #measure(job: Job): Promise<BenchmarkFigures> {
    const { preparation, folder } = this.#options;
    const { id } = job.assigned;
    const { signal } = job.stop;
    const steps = new StepLog(() => {
      const step = steps.steps.find(({ state }) => state === "running");
      if (step !== undefined) this.#tell(job, { message: STEP_WORDS[step.name as AgentStepName] });
    });
    this.#tell(job, { state: "running" });
    const prepared = await preparation.prepare(id, asRevision(job.assigned), steps);
    signal.throwIfAborted();
    const log = new ReplicaLog(join(folder, `benchmark-${id}.log`));
    try {
      // What it takes to load, and what memory, is told of a process of its own.
      const started = await prepared.start(log, signal, { steps, urgent: false, plainly: true });
      try {
        return await this.#measureWorker(job, started, steps);
      } finally {
        started.connection.close();
        await started.worker.stop();
      }
    } finally {
      await log.flush();
      log.remove();
    }
  }

  async #measureWorker(job: Job, started: Started, steps: StepLog): Promise<BenchmarkFigures> {
    const { worker, connection, ready } = started;
    const example = exampleOf(started);
    await worker.stayBack();
    const { cpuThreads } = job.assigned.resources;
    const batchingNow = () => connection.batching ?? ready.batching;
    const { requestsMax } = job.assigned.batching;
    const { requestTimeoutMs, times } = this.#options;
    const { single, loaded } = await measure(
      {
        send: (batch) => connection.send(batch),
        frameMax: () => (batchingNow().state === "on" ? requestsMax : 1),
      },
      {
        request: {
          ...{ path: "invocations", requestId: "benchmark", client: null, jsonBytes: null },
          ...{ contentType: example.contentType, body: Buffer.from(example.body) },
        },
        progress: (message) => this.#tell(job, { message }),
        stopped: job.stop.signal,
        requestTimeoutMs,
        ...(times === undefined ? {} : { times }),
      },
    ).catch(async (error: unknown) => {
      throw await inWords(error, started);
    });
    const memoryBytes = await residentBytes(worker.pid);
    if (memoryBytes === null) throw new Failure("ReplicasDown", "The worker ended after the measurement.");
    const [loadMs, triedMs] = (["load", "smoke test"] as const).map(
      (name) => steps.steps.find((step) => step.name === name)?.durationMs ?? 0,
    ) as [number, number];
    return {
      ...{ single, loaded, example: example.from, rows: rowsOfBody(example.contentType, example.body) },
      ...{ batching: batchingNow(), memoryBytes, loadMs, firstAnswerMs: loadMs + triedMs, cpuThreads },
    };
  }

  #tell(job: Job, change: Partial<ObservedBenchmark>): void {
    job.observed = { ...job.observed, ...change };
    this.#changed();
  }
}

/** What is measured is brought up as a replica of a deployment with no variables of its own. */
function asRevision({ model, resources, batching }: AssignedBenchmark): AssignedRevision {
  return {
    ...SERVING_DEFAULTS,
    ...{ number: 1, weight: 0, mirrorPercent: 0, fallback: false, minReplicas: 1, maxReplicas: 1 },
    ...{ variables: [], model, resources, batching },
  };
}

/** A body that was made from the number of features alone measures nothing that somebody would send. */
function exampleOf({ ready }: Started) {
  const { smokeTest } = ready;
  if (smokeTest !== null && smokeTest.from !== "model") return smokeTest;
  throw new Failure(
    "SmokeTestFailed",
    "The version has neither an input example nor a signature to make one from: there is nothing to measure it with. Log the model with an input_example.",
  );
}

async function inWords(error: unknown, { worker }: Started): Promise<unknown> {
  if (error instanceof RefusedError) {
    return new Failure("SmokeTestFailed", `Predicting the input example failed: ${error.message}`);
  }
  if (!(error instanceof ReplicaLostError)) return error;
  await worker.stop();
  return worker.ending;
}
