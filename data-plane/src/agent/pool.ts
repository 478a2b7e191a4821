/**
 * The replicas of one spec of a deployment, on their way: download → environment → load → smoke test → ready, and then kept so.
 * Revisions of the same spec share a pool: a rollback to a revision that is still warm finds it ready.
 * A pool that was never ready fails once and for all; one that was is brought back with back-off. One that need not run and
 * that nobody has called for a while sleeps: no replica runs until it is woken.
 */
import type { AssignedRevision } from "@slipway/contracts/assignment";
import { buildLogName } from "@slipway/contracts/log-name";
import type { ObservedRevision } from "@slipway/contracts/observation";
import { backOffMs } from "./back-off.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import { sumDemand } from "./demand.ts";
import { Failure } from "./failure.ts";
import type { Outcome } from "./outcomes.ts";
import { observePool, type PoolFacts, type PoolState } from "./pool-observation.ts";
import type { PoolPorts, Prepared } from "./pool-ports.ts";
import type { Demand, DescribedModel, ServingReplica } from "./replica-pool.ts";
import { ReplicaSet } from "./replica-set.ts";
import { Scaler } from "./scaler.ts";
import { StepLog } from "./step-log.ts";

const LOOK_MS = 1_000;

export class Pool {
  readonly spec: string;
  readonly #ports: PoolPorts;
  readonly #steps: StepLog;
  /** The revision that the pool was made for: its replicas are named after it. */
  readonly #first: AssignedRevision;
  /** The revisions that share the pool now. */
  #members: AssignedRevision[];
  #rolloutRuns = false;
  /** Revisions that found the pool ready, and when. */
  readonly #adopted = new Map<number, string>();
  readonly #replicas: ReplicaSet;
  #scaler = new Scaler();
  #looking: NodeJS.Timeout | undefined;
  #prepared: Prepared | undefined;
  #environmentHash: string | null = null;
  #everReady: boolean;
  #asleep: boolean;
  #waking = false;
  /** When a replica last became ready after there had been none. */
  #upAtMs = 0;
  #failure: { reason: string; message: string } | null = null;
  #stopped = false;
  #endPause: (() => void) | undefined;
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
    const wasReady = earlier?.state === "ready" ? earlier : undefined;
    this.#everReady = wasReady !== undefined;
    this.#asleep = wasReady?.asleep ?? false;
    if (earlier?.state === "failed") this.#failure = { reason: earlier.reason, message: earlier.message };
    this.#replicas = new ReplicaSet({
      ...ports,
      number: assigned.number,
      started: (ms) => ports.started?.(this.#mostAsked.number, ms),
      described: wasReady?.described ?? null,
    });
  }

  /** Begins, after `before` (an earlier pool of the same spec that is still leaving). */
  begin(before: Promise<void>): void {
    if (this.gaveUp) return;
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    this.#looking.unref();
    // One that slept when the data plane ended sleeps on: nobody has called it since.
    this.#asleep &&= this.#bounds.idleMs !== null;
    this.#work = this.#asleep ? before : before.then(() => this.#run());
  }

  /** Takes over which revisions share the pool, with their weights and how many replicas they ask for. */
  update(members: AssignedRevision[], { rolloutRuns }: { rolloutRuns: boolean }): void {
    for (const { number } of members) {
      const isThere = this.ready.length > 0 || this.#asleep;
      if (isThere && !this.holds(number)) this.#adopted.set(number, new Date().toISOString());
    }
    this.#members = members;
    this.#rolloutRuns = rolloutRuns;
    this.#fit();
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

  /** No replica runs because nobody has called; it can be woken. */
  get asleep(): boolean {
    return this.#asleep && !this.#stopped;
  }

  /** It was ready before and is being brought back. */
  get recovering(): boolean {
    return this.#everReady && this.ready.length === 0 && !this.#asleep && !this.#stopped;
  }

  /** What a worker has told of the model, once one has been ready. */
  get described(): DescribedModel | null {
    return this.#replicas.described;
  }

  get ready(): readonly ServingReplica[] {
    return this.#replicas.ready;
  }

  /** Has a sleeping pool start one replica, however often it is asked. */
  wake(): void {
    if (!this.#asleep || this.#waking || this.#stopped) return;
    this.#waking = true;
    this.#work = this.#work.then(() => this.#run());
  }

  /** Lets requests in flight finish, then ends every process. The caller has stopped routing to it. */
  async retire(drainMs: number): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#looking);
    this.#endPause?.();
    await this.#replicas.stop(drainMs);
    await this.#work;
    // One that was being started meanwhile.
    await this.#replicas.stop(0);
  }

  /** What is to be told of one of the revisions that share the pool. */
  observe({ number, weight }: Pick<AssignedRevision, "number" | "weight">): ObservedRevision {
    const facts: PoolFacts = {
      number: this.number,
      state: this.#state,
      failure: this.#failure,
      asleep: this.#asleep,
      steps: this.#steps.steps,
      replicas: this.#replicas,
      environmentHash: this.#environmentHash,
    };
    return observePool(facts, { number, weight, adoptedAt: this.#adopted.get(number) ?? null });
  }

  /** Of the revisions that share the pool, the one that gets the most requests. */
  get #mostAsked(): AssignedRevision {
    return this.#members.reduce((most, member) => (member.weight > most.weight ? member : most));
  }

  get #bounds(): Bounds {
    const { cores } = this.#ports;
    return boundsOf(this.#members, { rolloutRuns: this.#rolloutRuns, cores, now: new Date() });
  }

  get #state(): PoolState {
    if (this.ready.length > 0 || this.#asleep) return "ready";
    if (this.#failure !== null) return this.#everReady ? "degraded" : "failed";
    const begun = this.#replicas.observe().some(({ restarts }) => restarts > 0);
    return this.#everReady && begun ? "degraded" : "preparing";
  }

  async #run(): Promise<void> {
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        await this.#start();
        break;
      } catch (error) {
        if (this.#stopped) break;
        this.#asleep = false;
        // What it was prepared from may be what is wrong.
        this.#prepared = undefined;
        await this.#fail(Failure.from(error));
        if (!this.#everReady) break;
        await this.#pause(backOffMs(attempt));
      }
    }
    this.#waking = false;
  }

  async #start(): Promise<void> {
    // The steps tell how the revision came up first; that it is woken is no step.
    let steps: StepLog | null = this.#waking ? null : this.#steps;
    this.#prepared ??= await this.#ports.prepare(this.#first, steps ?? new StepLog(() => undefined));
    const prepared = this.#prepared;
    this.#environmentHash = prepared.environmentHash;
    if (this.#stopped) return;
    const pilot = this.#replicas.add((log, stopped) => {
      const told = steps;
      steps = null;
      return prepared.start(log, stopped, { steps: told, urgent: this.recovering || this.#asleep });
    });
    try {
      await pilot.startFirst();
    } catch (error) {
      await pilot.stop(0);
      // Its observation stays while the revision is shown as failed: it names the log to read.
      if (this.#everReady) this.#replicas.clear();
      throw error;
    }
    if (this.#stopped) return;
    this.#everReady = true;
    this.#asleep = false;
    this.#failure = null;
    this.#upAtMs = Date.now();
    this.#settle();
    this.#fit();
  }

  /** Once a second: more or fewer replicas, or none, or one again. */
  #look(): void {
    const bounds = this.#bounds;
    if (this.#asleep && bounds.idleMs === null) this.wake();
    if (this.#asleep || this.#prepared === undefined || this.ready.length === 0) return;
    const demand = this.#demand;
    if (bounds.idleMs !== null && this.#isUnwanted(demand, bounds.idleMs)) {
      this.#sleep(bounds.idleMs);
      return;
    }
    const { waiting } = demand;
    const { size: replicas, load } = this.#replicas;
    if (this.#scaler.next({ ...load, waiting, replicas, ...bounds }) !== replicas) this.#fit();
  }

  get #demand(): Demand {
    return sumDemand(this.#members.map(({ number }) => this.#ports.demand(number)));
  }

  /** Asked in the same turn in which it is put to sleep: no request is routed in between. */
  #isUnwanted({ inFlight, waiting, lastRequestAtMs }: Demand, idleMs: number): boolean {
    if (inFlight + waiting + this.#replicas.inFlight > 0) return false;
    const last = Math.max(this.#upAtMs, lastRequestAtMs ?? 0, this.#replicas.lastUsedAtMs ?? 0);
    return Date.now() - last >= idleMs;
  }

  #sleep(idleMs: number): void {
    this.#replicas.log(`scaled to zero: nobody has called for ${Math.round(idleMs / 1000)} s`);
    this.#asleep = true;
    this.#scaler = new Scaler();
    this.#fitTo(0);
    this.#settle();
  }

  #fit(): void {
    if (this.#asleep || !this.#everReady || this.#prepared === undefined) return;
    const { min, max } = this.#bounds;
    this.#fitTo(Math.min(max, Math.max(min, this.#scaler.wanted)));
  }

  #fitTo(count: number): void {
    const prepared = this.#prepared;
    if (prepared === undefined) return;
    this.#replicas.fit(count, (log, stopped) =>
      prepared.start(log, stopped, { steps: null, urgent: this.recovering }),
    );
    this.#ports.changed();
  }

  /** Has it remembered that the revision works, and what is known of it. */
  #settle(): void {
    const known = { spec: this.spec, steps: this.#steps.steps, described: this.described };
    void this.#ports.settled({ state: "ready", ...known, asleep: this.#asleep });
  }

  /** Told once it is on disk: what has been reported as given up must not be tried again after a kill. */
  async #fail({ reason, message }: Failure): Promise<void> {
    this.#steps.failRunning(message);
    if (!this.#everReady) {
      const { steps } = this.#steps;
      await this.#ports.settled({ state: "failed", spec: this.spec, steps, reason, message });
    }
    this.#failure = { reason, message };
    this.#ports.changed(true);
  }

  #pause(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
