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
import type { Observations, ObservedRevision } from "@slipway/contracts/observation";
import type { Logger } from "#telemetry/logger.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { Bulletin } from "./bulletin.ts";
import type { Logs } from "./logs.ts";
import { openVariables, sourceKey } from "./model-source.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Preparation } from "./preparation.ts";
import type { Endpoint, Endpoints } from "./replica-pool.ts";
import { Revision } from "./revision.ts";

export interface AgentOptions {
  key: Buffer;
  assignmentsPath: string;
  logs: Logs;
  outcomes: Outcomes;
  preparation: Preparation;
  drainTimeoutMs: number;
  requestTimeoutMs: number;
  logger: Logger;
}

export class Agent implements Endpoints {
  readonly #options: AgentOptions;
  readonly #bulletin = new Bulletin();
  #assignments: ReadonlyMap<string, Assignment> = new Map();
  /** By `<deployment>/<number>`. */
  readonly #revisions = new Map<string, Revision>();
  /** Retired, with processes that are still ending. */
  readonly #leaving = new Map<string, { revision: Revision; gone: Promise<void> }>();
  #saving: Promise<void> = Promise.resolve();
  readonly #epoch = randomUUID();

  constructor(options: AgentOptions) {
    this.#options = options;
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
    const revisions = assignment.revisions
      .filter(({ weight }) => weight > 0)
      .map(({ number, weight }) => ({
        number,
        weight,
        replicas: this.#revisions.get(keyOf(id, number))?.ready ?? [],
      }));
    return { id, access: assignment.access, clients: assignment.clients, revisions };
  }

  /** The facts, when they differ from those of `after`, or after a while. */
  async observe(after: number | null, waitMs: number, signal: AbortSignal): Promise<Observations> {
    await this.#bulletin.waitForChange(after, waitMs, signal);
    const deployments = [...this.#assignments.values()].map(({ id, revisions }) => ({
      id,
      revisions: [
        ...revisions.flatMap(({ number }) => this.#revisions.get(keyOf(id, number))?.observe() ?? []),
        ...this.#observeLeaving(id),
      ],
      traffic: { requestsLastMinute: 0, failedLastMinute: 0, lastRequestAt: null },
      rollouts: [],
      clientUse: [],
    }));
    return { sequence: this.#bulletin.sequence, epoch: this.#epoch, deployments };
  }

  /** What was taken off a deployment counts as running until its last process has ended. */
  #observeLeaving(id: string): ObservedRevision[] {
    return [...this.#leaving]
      .filter(([key]) => belongsTo(key, id) && !this.#revisions.has(key))
      .map(([, { revision }]) => revision.observe())
      .filter(({ replicas }) => replicas.some(({ state }) => state !== "dead"));
  }

  /** The keys of the versions that are assigned, for the model store. */
  get assignedKeys(): ReadonlySet<string> {
    const revisions = [...this.#assignments.values()].flatMap((assignment) => assignment.revisions);
    return new Set(revisions.map(({ model }) => sourceKey(model)));
  }

  /** Ends every worker; what is assigned stays so for the next start. */
  async close(drainMs: number): Promise<void> {
    await this.#saving;
    await Promise.all([...this.#revisions.values()].map((revision) => revision.retire(drainMs)));
    await Promise.all([...this.#leaving.values()].map(({ gone }) => gone));
  }

  #apply({ deployments }: Assignments): void {
    const before = this.#assignments;
    // From here on the gateway sees the new weights; what left them gets no new requests.
    this.#assignments = new Map(deployments.map((assignment) => [assignment.id, assignment]));
    const wanted = new Set<string>();
    for (const { id, revisions } of deployments) {
      for (const assigned of revisions) {
        wanted.add(keyOf(id, assigned.number));
        this.#applyRevision(id, assigned);
      }
    }
    for (const key of [...this.#revisions.keys()]) if (!wanted.has(key)) this.#retire(key);
    for (const id of before.keys()) if (!this.#assignments.has(id)) void this.#removeLogs(id);
    this.#options.outcomes.keepOnly(wanted).catch((err: unknown) => this.#warn(err));
    this.#bulletin.changed();
  }

  #applyRevision(id: string, assigned: AssignedRevision): void {
    const key = keyOf(id, assigned.number);
    const spec = this.#specOf(assigned);
    const known = this.#revisions.get(key);
    if (known?.spec === spec) {
      known.update(assigned);
      return;
    }
    if (known !== undefined) this.#retire(key);
    const { logs, outcomes, preparation, requestTimeoutMs } = this.#options;
    const revision = new Revision(assigned, {
      spec,
      earlier: outcomes.find(key, spec),
      ports: {
        prepare: (wanted, steps) => preparation.prepare(wanted, steps),
        openLog: (name) => logs.open(id, name),
        settled: (outcome) => {
          // A revision that is gone meanwhile has no outcome to remember.
          if (this.#revisions.get(key) !== revision) return;
          outcomes.record(key, outcome).catch((err: unknown) => this.#warn(err));
        },
        changed: () => this.#bulletin.changed(),
        requestTimeoutMs,
      },
    });
    this.#revisions.set(key, revision);
    revision.begin(this.#leaving.get(key)?.gone ?? Promise.resolve());
  }

  #retire(key: string): void {
    const revision = this.#revisions.get(key);
    if (revision === undefined) return;
    this.#revisions.delete(key);
    const gone = revision
      .retire(this.#options.drainTimeoutMs)
      .finally(() => this.#options.logs.end(...partsOf(key)))
      .catch((err: unknown) => this.#warn(err))
      .finally(() => {
        if (this.#leaving.get(key)?.revision === revision) this.#leaving.delete(key);
        this.#bulletin.changed();
      });
    this.#leaving.set(key, { revision, gone });
  }

  /** What cannot change under a revision's number, as one mark that gives no secret away. */
  #specOf({ model, variables, resources }: AssignedRevision): string {
    const opened = {
      source: sourceKey(model),
      resources,
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

function keyOf(id: string, part: number | string): string {
  return `${id}/${part}`;
}

function partsOf(key: string): [id: string, number: number] {
  const [id = "", number] = key.split("/");
  return [id, Number(number)];
}

function belongsTo(key: string, id: string): boolean {
  return key.startsWith(`${id}/`);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller
  }
}
