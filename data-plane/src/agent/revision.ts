/**
 * One assigned revision on its way: download → environment → load → smoke test → ready, and then its replicas.
 * A revision that was never ready fails once and for all; one that was is brought back with back-off.
 */
import type { AssignedRevision } from "@slipway/contracts/assignment";
import { buildLogName } from "@slipway/contracts/log-name";
import type { ObservedRevision } from "@slipway/contracts/observation";
import { backOffMs } from "./back-off.ts";
import { Failure } from "./failure.ts";
import type { Outcome } from "./outcomes.ts";
import { Replica, type Started } from "./replica.ts";
import type { ReplicaLog } from "./replica-log.ts";
import type { ServingReplica } from "./replica-pool.ts";
import { StepLog } from "./step-log.ts";

/** What a revision needs of the rest of the agent. */
export interface RevisionPorts {
  /** Downloads and builds, telling the steps. */
  prepare: (revision: AssignedRevision, steps: StepLog) => Promise<Prepared>;
  openLog: (name: string) => ReplicaLog;
  settled: (outcome: Outcome) => void;
  changed: () => void;
  requestTimeoutMs: number;
}

/** Everything that a worker of the revision needs, ready to start. */
export interface Prepared {
  environmentHash: string;
  /** `steps` is given on the first start only: restarts are not steps. */
  start: (log: ReplicaLog, stopped: AbortSignal, steps: StepLog | null) => Promise<Started>;
}

export class Revision {
  readonly spec: string;
  readonly #ports: RevisionPorts;
  readonly #steps: StepLog;
  #assigned: AssignedRevision;
  #replicas: Replica[] = [];
  #prepared: Prepared | undefined;
  #everReady: boolean;
  #failure: { reason: string; message: string } | null = null;
  #stopped = false;
  #wake: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    assigned: AssignedRevision,
    { spec, ports, earlier }: { spec: string; ports: RevisionPorts; earlier: Outcome | undefined },
  ) {
    this.#assigned = assigned;
    this.spec = spec;
    this.#ports = ports;
    const build = buildLogName(assigned.number);
    this.#steps = new StepLog(ports.changed, earlier?.steps, (line) => ports.openLog(build).append(line));
    this.#everReady = earlier?.state === "ready";
    if (earlier?.state === "failed") this.#failure = { reason: earlier.reason, message: earlier.message };
  }

  /** Begins, after `before` (an earlier revision of the same number that is still leaving). */
  begin(before: Promise<void>): void {
    if (this.#failure !== null && !this.#everReady) return;
    this.#work = before.then(() => this.#run());
  }

  /** Takes over what may change of a revision: its weight and how many replicas it has. */
  update(assigned: AssignedRevision): void {
    this.#assigned = assigned;
    if (this.#prepared !== undefined && this.#everReady) this.#fillReplicas(this.#prepared);
  }

  get ready(): readonly ServingReplica[] {
    return this.#replicas.filter((replica) => replica.isReady);
  }

  /** Lets requests in flight finish, then ends every process. The caller has stopped routing to it. */
  async retire(drainMs: number): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await Promise.all(this.#replicas.map((replica) => replica.stop(drainMs)));
    await this.#work;
    // One that was being started meanwhile.
    await Promise.all(this.#replicas.map((replica) => replica.stop(0)));
  }

  observe(): ObservedRevision {
    const { number, weight } = this.#assigned;
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
      live: weight > 0 && this.ready.length > 0,
      inFlight: this.#replicas.reduce((sum, replica) => sum + replica.inFlight, 0),
      steps: this.#steps.steps,
      replicas: this.#replicas.map((replica) => replica.observe()),
      example: this.#example,
      environmentHash: this.#prepared?.environmentHash ?? null,
    };
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
    const prepared = await this.#ports.prepare(this.#assigned, this.#steps);
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
    while (this.#replicas.length < this.#assigned.minReplicas) {
      this.#addReplica(this.#replicas.length, (log, stopped) =>
        prepared.start(log, stopped, null),
      ).keepTrying();
    }
    for (const surplus of this.#replicas.splice(this.#assigned.minReplicas))
      void surplus.stop(DRAIN_SURPLUS_MS);
    this.#ports.changed();
  }

  #addReplica(index: number, start: (log: ReplicaLog, stopped: AbortSignal) => Promise<Started>): Replica {
    const id = `r${this.#assigned.number}-${index}`;
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
