/**
 * The agent: holds the assignments and makes them true. Each `PUT /assignments` is whole, so whatever was missed before is
 * healed by the next; what is on disk is enough to serve after a restart.
 */
import { createHmac, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import {
  type AssignedRevision,
  type Assignment,
  type Assignments,
  assignmentsSchema,
} from "@slipway/contracts/assignment";
import type { Observation, Observations, ObservedRevision } from "@slipway/contracts/observation";
import type { Logger } from "#telemetry/logger.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import type { Benchmarks } from "./benchmarks.ts";
import { Bulletin } from "./bulletin.ts";
import type { Counters } from "./counters.ts";
import type { Logs } from "./logs.ts";
import { openVariables, sourceKey } from "./model-source.ts";
import type { Outcomes } from "./outcomes.ts";
import { Pool } from "./pool.ts";
import { belongsTo, groupBySpec, idOf, keyOf, type PoolGroup } from "./pool-groups.ts";
import type { Preparation } from "./preparation.ts";
import type { Demand, Endpoint, Endpoints } from "./replica-pool.ts";

export interface AgentOptions {
  key: Buffer;
  assignmentsPath: string;
  logs: Logs;
  outcomes: Outcomes;
  preparation: Preparation;
  benchmarks: Benchmarks;
  counters: Counters;
  drainTimeoutMs: number;
  requestTimeoutMs: number;
  /** How much a revision is wanted. */
  demand: (id: string, revision: number) => Demand;
  /** Processors of the machine. */
  cores: number;
  /** A replica of a revision has become ready, so long after it was wanted. */
  started?: (id: string, revision: number, ms: number) => void;
  /** When the clients of a deployment were last seen. */
  clientUse: (id: string) => Observation["clientUse"];
  logger: Logger;
}

interface Leaving {
  pool: Pool;
  /** Of the revision that it was made for. */
  number: number;
  gone: Promise<void>;
}

export class Agent implements Endpoints {
  readonly #options: AgentOptions;
  readonly #bulletin = new Bulletin();
  #assignments: ReadonlyMap<string, Assignment> = new Map();
  /** By `<deployment>/<spec>`. */
  readonly #pools = new Map<string, Pool>();
  /** `<deployment>/<number>` → the pool that runs the revision. */
  readonly #poolOf = new Map<string, Pool>();
  /** Retired, with processes that are still ending. */
  readonly #leaving = new Map<string, Leaving>();
  #saving: Promise<void> = Promise.resolve();
  readonly #epoch = randomUUID();

  constructor(options: AgentOptions) {
    this.#options = options;
    options.benchmarks.watch(() => this.#bulletin.changed());
  }

  /** Takes up what an earlier data plane was told. */
  async open(): Promise<void> {
    const { assignmentsPath, logger } = this.#options;
    if (!existsSync(assignmentsPath)) return;
    const parsed = assignmentsSchema.safeParse(safeJson(await readFile(assignmentsPath, "utf8")));
    if (parsed.success) return this.#apply(parsed.data);
    await rename(assignmentsPath, `${assignmentsPath}.unreadable`);
    logger.error(
      { err: parsed.error },
      "the saved assignments cannot be read; waiting for the control plane",
    );
  }

  /** Takes new assignments: on disk first, then in effect. Later calls come after earlier ones. */
  assign(assignments: Assignments): Promise<void> {
    const taken = this.#saving.then(async () => {
      await writeFileAtomically(this.#options.assignmentsPath, JSON.stringify(assignments));
      this.#apply(assignments);
    });
    this.#saving = taken.catch(() => undefined);
    return taken;
  }

  /** See `Endpoints.find`. Computed from the assignments in effect, so a change of weights is one step. */
  find(id: string): Endpoint | undefined {
    const assignment = this.#assignments.get(id);
    if (assignment === undefined) return undefined;
    const revisions = assignment.revisions.map((revision) => {
      const { number, weight, mirrorPercent, fallback, batching, concurrencyMax, idempotent } = revision;
      const pool = this.#poolOf.get(keyOf(id, number));
      const { name, version } = revision.model;
      return {
        number,
        model: { name, version },
        described: pool?.described ?? null,
        ...{ weight, mirrorPercent, fallback, batching, concurrencyMax, idempotent },
        recovering: pool?.recovering ?? false,
        idle: pool?.asleep ?? false,
        replicas: pool?.ready ?? [],
      };
    });
    const { access, clients, rollout } = assignment;
    return { id, access, clients, rollout, revisions };
  }

  /** See `Endpoints.wake`. */
  wake(id: string, revision: number): void {
    this.#poolOf.get(keyOf(id, revision))?.wake();
  }

  /** See `Endpoints.changed`. */
  changed(waitMs: number, signal: AbortSignal): Promise<void> {
    return this.#bulletin.waitForChange(this.#bulletin.sequence, waitMs, signal);
  }

  /** The facts, when they differ from those of `after`, or after a while. */
  async observe(after: number | null, waitMs: number, signal: AbortSignal): Promise<Observations> {
    await this.#bulletin.waitForChange(after, waitMs, signal);
    const { counters } = this.#options;
    const deployments = [...this.#assignments.values()].map(({ id, revisions }) => ({
      id,
      revisions: [
        ...revisions.flatMap(
          (revision) => this.#poolOf.get(keyOf(id, revision.number))?.observe(revision) ?? [],
        ),
        ...this.#observeLeaving(id),
      ],
      traffic: counters.traffic(id),
      rollouts: counters.rollouts(id),
      clientUse: this.#options.clientUse(id),
    }));
    const benchmarks = this.#options.benchmarks.observe();
    return { sequence: this.#bulletin.sequence, epoch: this.#epoch, deployments, benchmarks };
  }

  /** What was taken off a deployment counts as running until its last process has ended. */
  #observeLeaving(id: string): ObservedRevision[] {
    return [...this.#leaving]
      .filter(([key, { number }]) => belongsTo(key, id) && !this.#poolOf.has(keyOf(id, number)))
      .map(([, { pool, number }]) => pool.observe({ number, weight: 0 }))
      .filter(({ replicas }) => replicas.some(({ state }) => state !== "dead"));
  }

  /** The keys of the versions that are assigned, for the model store. */
  get assignedKeys(): ReadonlySet<string> {
    const revisions = [...this.#assignments.values()].flatMap((assignment) => assignment.revisions);
    return new Set([...revisions.map(({ model }) => sourceKey(model)), ...this.#options.benchmarks.keys]);
  }

  /** Ends every worker; what is assigned stays so for the next start. */
  async close(drainMs: number): Promise<void> {
    await this.#saving;
    const retired = [...this.#pools.values()].map((pool) => pool.retire(drainMs));
    await Promise.all([...retired, this.#options.benchmarks.close()]);
    await Promise.all([...this.#leaving.values()].map(({ gone }) => gone));
  }

  #apply({ deployments, benchmarks }: Assignments): void {
    const before = this.#assignments;
    // From here on the gateway sees the new weights; what left them gets no new requests.
    this.#assignments = new Map(deployments.map((assignment) => [assignment.id, assignment]));
    const members = groupBySpec(deployments, (revision) => this.#specOf(revision));
    for (const [key, group] of members) this.#applyPool(key, group);
    for (const key of [...this.#pools.keys()]) if (!members.has(key)) this.#retire(key);
    this.#poolOf.clear();
    for (const [key, { id, revisions }] of members) {
      const pool = this.#pools.get(key);
      for (const { number } of revisions) if (pool !== undefined) this.#poolOf.set(keyOf(id, number), pool);
    }
    for (const id of before.keys()) if (!this.#assignments.has(id)) void this.#removeLogs(id);
    this.#options.counters.keepOnly(new Set(this.#assignments.keys()));
    this.#options.outcomes.keepOnly(new Set(members.keys())).catch((err: unknown) => this.#warn(err));
    this.#options.benchmarks.update(benchmarks);
    this.#bulletin.changed();
  }

  #applyPool(key: string, { id, spec, revisions, rolloutRuns }: PoolGroup): void {
    const known = this.#pools.get(key);
    // What had been given up is tried anew by a revision that has not been tried.
    const retried = known?.gaveUp && revisions.some(({ number }) => !known.holds(number));
    if (known !== undefined && !retried) {
      known.update(revisions, { rolloutRuns });
      return;
    }
    if (retried) this.#retire(key);
    const [first] = revisions;
    if (first === undefined) return;
    const { logs, outcomes, preparation, requestTimeoutMs } = this.#options;
    const pool = new Pool(first, {
      spec,
      earlier: retried ? undefined : outcomes.find(key, spec),
      ports: {
        prepare: (wanted, steps) => preparation.prepare(id, wanted, steps),
        openLog: (name) => logs.open(id, name),
        settled: async (outcome) => {
          // A pool that is gone meanwhile has no outcome to remember.
          if (this.#pools.get(key) !== pool) return;
          await outcomes.record(key, outcome).catch((err: unknown) => this.#warn(err));
        },
        changed: (atOnce) => this.#bulletin.changed(atOnce),
        started: (number, ms) => this.#options.started?.(id, number, ms),
        demand: (number) => this.#options.demand(id, number),
        cores: this.#options.cores,
        requestTimeoutMs,
      },
    });
    pool.update(revisions, { rolloutRuns });
    this.#pools.set(key, pool);
    pool.begin(this.#leaving.get(key)?.gone ?? Promise.resolve());
  }

  #retire(key: string): void {
    const pool = this.#pools.get(key);
    if (pool === undefined) return;
    this.#pools.delete(key);
    const gone = pool
      .retire(this.#options.drainTimeoutMs)
      .finally(() => this.#options.logs.end(idOf(key), pool.number))
      .catch((err: unknown) => this.#warn(err))
      .finally(() => {
        if (this.#leaving.get(key)?.pool === pool) this.#leaving.delete(key);
        this.#bulletin.changed();
      });
    this.#leaving.set(key, { pool, number: pool.number, gone });
  }

  /** What cannot change under a revision's number, as one mark that gives no secret away. */
  #specOf({ model, variables, resources, batching }: AssignedRevision): string {
    const opened = {
      source: sourceKey(model),
      resources,
      batching: batching.mode,
      variables: openVariables(this.#options.key, variables),
    };
    return createHmac("sha256", this.#options.key).update(JSON.stringify(opened)).digest("base64url");
  }

  /** Of a deployment that was removed, once its processes have gone and unless it has come back. */
  async #removeLogs(id: string): Promise<void> {
    const leaving = [...this.#leaving].filter(([key]) => belongsTo(key, id));
    await Promise.all(leaving.map(([, { gone }]) => gone));
    if (this.#assignments.has(id)) return;
    await this.#options.logs.remove(id).catch((err: unknown) => this.#warn(err));
  }

  #warn(err: unknown): void {
    this.#options.logger.warn({ err }, "housekeeping failed");
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller
  }
}
