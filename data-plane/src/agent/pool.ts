/**
 * The replicas of one spec of a deployment, on their way: download → environment → load → smoke test → ready, and then kept so.
 * Revisions of the same spec share a pool: a rollback to a revision that is still warm finds it ready.
 * A pool that was never ready fails once and for all; one that was is brought back with back-off.
 */
import type { AssignedRevision } from "@slipway/contracts/assignment";
import { buildLogName } from "@slipway/contracts/log-name";
import type { ObservedRevision } from "@slipway/contracts/observation";
import { pendingStep, type Step } from "@slipway/contracts/step";
import { backOffMs } from "./back-off.ts";
import { Failure } from "./failure.ts";
import type { Outcome } from "./outcomes.ts";
import { Replica, type Started } from "./replica.ts";
import type { ReplicaLog } from "./replica-log.ts";
import type { DescribedModel, ServingReplica } from "./replica-pool.ts";
import { Scaler } from "./scaler.ts";
import { StepLog } from "./step-log.ts";

/** What a pool needs of the rest of the agent. */
export interface PoolPorts {
  /** Downloads and builds, telling the steps. */
  prepare: (revision: AssignedRevision, steps: StepLog) => Promise<Prepared>;
  openLog: (name: string) => ReplicaLog;
  settled: (outcome: Outcome) => void;
  changed: () => void;
  requestTimeoutMs: number;
}

/** Everything that a worker of the pool needs, ready to start. */
export interface Prepared {
  environmentHash: string;
  /** `steps` is given on the first start only: restarts are not steps. */
  start: (log: ReplicaLog, stopped: AbortSignal, steps: StepLog | null) => Promise<Started>;
}

const SCALE_MS = 1_000;

export class Pool {
  readonly spec: string;
  readonly #ports: PoolPorts;
  readonly #steps: StepLog;
  /** The revision that the pool was made for: its replicas are named after it. */
  readonly #first: AssignedRevision;
  /** The revisions that share the pool now. */
  #members: AssignedRevision[];
  /** Revisions that found the pool ready, and when. */
  readonly #adopted = new Map<number, string>();
  readonly #scaler = new Scaler();
  #scaling: NodeJS.Timeout | undefined;
  #replicas: Replica[] = [];
  #prepared: Prepared | undefined;
  #described: DescribedModel | null = null;
  #everReady: boolean;
  #failure: { reason: string; message: string } | null = null;
  #stopped = false;
  #wake: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    assigned: AssignedRevision,
    { spec, ports, earlier }: { spec: string; ports: PoolPorts; earlier: Outcome | undefined },
  ) {
    this.#first = assigned;
    this.#members = [assigned];
    this.spec = spec;
    this.#ports = ports;
    const build = buildLogName(assigned.number);
    this.#steps = new StepLog(ports.changed, earlier?.steps, (line) => ports.openLog(build).append(line));
    this.#everReady = earlier?.state === "ready";
    if (earlier?.state === "failed") this.#failure = { reason: earlier.reason, message: earlier.message };
  }

  /** Begins, after `before` (an earlier pool of the same spec that is still leaving). */
  begin(before: Promise<void>): void {
    if (this.gaveUp) return;
    this.#work = before.then(() => this.#run());
  }

  /** Takes over which revisions share the pool, with their weights and how many replicas they ask for. */
  update(members: AssignedRevision[]): void {
    for (const { number } of members) {
      if (this.ready.length > 0 && !this.holds(number)) this.#adopted.set(number, new Date().toISOString());
    }
    this.#members = members;
    if (this.#prepared !== undefined && this.#everReady) this.#fillReplicas(this.#prepared);
  }

  /** Of the revision that it was made for. */
  get number(): number {
    return this.#first.number;
  }

  /** True when a revision of this number was made from the pool. */
  holds(number: number): boolean {
    return this.#members.some((member) => member.number === number);
  }

  /** It was never ready and never will be. */
  get gaveUp(): boolean {
    return this.#failure !== null && !this.#everReady;
  }

  /** It was ready before and is being brought back. */
  get recovering(): boolean {
    return this.#everReady && this.ready.length === 0 && !this.#stopped;
  }

  /** What a worker has told of the model, once one has been ready. */
  get described(): DescribedModel | null {
    this.#described =
      this.#replicas.find(({ described }) => described !== null)?.described ?? this.#described;
    return this.#described;
  }

  get ready(): readonly ServingReplica[] {
    return this.#replicas.filter((replica) => replica.isReady);
  }

  /** Lets requests in flight finish, then ends every process. The caller has stopped routing to it. */
  async retire(drainMs: number): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#scaling);
    this.#wake?.();
    await Promise.all(this.#replicas.map((replica) => replica.stop(drainMs)));
    await this.#work;
    // One that was being started meanwhile.
    await Promise.all(this.#replicas.map((replica) => replica.stop(0)));
  }

  /** What is to be told of one of the revisions that share the pool. */
  observe({ number, weight }: Pick<AssignedRevision, "number" | "weight">): ObservedRevision {
    const state = this.#state;
    const troubled = state === "failed" || state === "degraded";
    const down = this.#replicas.find(({ message }) => message !== null)?.message;
    return {
      number,
      state,
      reason: troubled ? (this.#failure?.reason ?? "ReplicasDown") : null,
      message: troubled
        ? (this.#failure?.message ?? down ?? "No replica is ready; it is being restarted.")
        : null,
      weight,
      live: weight > 0 && this.ready.length > 0,
      inFlight: this.#replicas.reduce((sum, replica) => sum + replica.inFlight, 0),
      steps: this.#stepsOf(number),
      replicas: this.#replicas.map((replica) => replica.observe()),
      example: this.#example,
      batching: this.#replicas.find(({ batching }) => batching !== null)?.batching ?? null,
      idle: false,
      environmentHash: this.#prepared?.environmentHash ?? null,
    };
  }

  #stepsOf(number: number): Step[] {
    const steps = this.#steps.steps;
    const startedAt = this.#adopted.get(number);
    if (startedAt === undefined) return steps;
    const message = `Not needed: the replicas of revision ${this.number} were still running.`;
    return steps.map(({ name }) => ({
      ...pendingStep(name),
      state: "skipped",
      startedAt,
      durationMs: 0,
      message,
    }));
  }

  get #example(): ObservedRevision["example"] {
    const tried = this.#replicas.find(({ smokeTest }) => smokeTest !== null)?.smokeTest ?? null;
    if (tried === null || !tried.contentType.startsWith("application/json")) return null;
    return { from: tried.from, body: JSON.parse(tried.body) };
  }

  get #state(): ObservedRevision["state"] {
    if (this.ready.length > 0) return "ready";
    if (this.#failure !== null) return this.#everReady ? "degraded" : "failed";
    const begun = this.#replicas.some((replica) => replica.observe().restarts > 0);
    return this.#everReady && begun ? "degraded" : "preparing";
  }

  async #run(): Promise<void> {
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        await this.#start();
        return;
      } catch (error) {
        if (this.#stopped) return;
        this.#fail(Failure.from(error));
        if (!this.#everReady) return;
        await this.#pause(backOffMs(attempt));
      }
    }
  }

  async #start(): Promise<void> {
    const prepared = await this.#ports.prepare(this.#first, this.#steps);
    if (this.#stopped) return;
    this.#prepared = prepared;
    // The steps tell of the first start only; what comes after is told by the replica.
    let steps: StepLog | null = this.#steps;
    const pilot = this.#addReplica(0, (log, stopped) => {
      const told = steps;
      steps = null;
      return prepared.start(log, stopped, told);
    });
    try {
      await pilot.startFirst();
    } catch (error) {
      await pilot.stop(0);
      // Its observation stays while the revision is shown as failed: it names the log to read.
      if (this.#everReady) this.#replicas = [];
      throw error;
    }
    if (this.#stopped) return;
    this.#everReady = true;
    this.#failure = null;
    this.#ports.settled({ state: "ready", spec: this.spec, steps: this.#steps.steps });
    this.#fillReplicas(prepared);
  }

  #fillReplicas(prepared: Prepared): void {
    const min = Math.max(...this.#members.map(({ minReplicas }) => minReplicas));
    const max = Math.max(min, ...this.#members.map(({ maxReplicas }) => maxReplicas));
    this.#scaleBetween(prepared, { min, max });
    const wanted = Math.min(max, Math.max(min, this.#scaler.wanted));
    while (this.#replicas.length < wanted) {
      this.#addReplica(this.#replicas.length, (log, stopped) =>
        prepared.start(log, stopped, null),
      ).keepTrying();
    }
    for (const surplus of this.#replicas.splice(wanted)) void surplus.stop(DRAIN_SURPLUS_MS);
    this.#ports.changed();
  }

  /** Looks at the load once a second while there is anything to decide. */
  #scaleBetween(prepared: Prepared, { min, max }: { min: number; max: number }): void {
    clearInterval(this.#scaling);
    this.#scaling = undefined;
    if (min === max) return;
    this.#scaling = setInterval(() => {
      const before = this.#replicas.length;
      const inFlight = this.#replicas.reduce((sum, replica) => sum + replica.inFlight, 0);
      const wanted = this.#scaler.next({ inFlight, replicas: before, min, max });
      if (wanted !== before) this.#fillReplicas(prepared);
    }, SCALE_MS);
    this.#scaling.unref();
  }

  #addReplica(index: number, start: (log: ReplicaLog, stopped: AbortSignal) => Promise<Started>): Replica {
    const id = `r${this.#first.number}-${index}`;
    const { openLog, changed, requestTimeoutMs } = this.#ports;
    const replica = new Replica({ id, log: openLog(id), start, changed, requestTimeoutMs });
    this.#replicas[index] = replica;
    return replica;
  }

  #fail({ reason, message }: Failure): void {
    this.#failure = { reason, message };
    this.#steps.failRunning(message);
    if (!this.#everReady) {
      this.#ports.settled({ state: "failed", spec: this.spec, steps: this.#steps.steps, reason, message });
    }
    this.#ports.changed();
  }

  #pause(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const DRAIN_SURPLUS_MS = 30_000;
