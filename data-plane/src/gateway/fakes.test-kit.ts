/** Endpoints, revisions and replicas as the gateway sees them, for tests. */
import type {
  Endpoint,
  Outgoing,
  ReplicaAnswer,
  ServingReplica,
  ServingRevision,
} from "#agent/replica-pool.ts";

export function anAnswer(values: Partial<ReplicaAnswer> = {}): ReplicaAnswer {
  const batch = { requests: 1, rows: 1 };
  return { status: 200, contentType: "application/json", body: Buffer.from("{}"), batch, ...values };
}

export function aRevision(values: Partial<ServingRevision> = {}): ServingRevision {
  return {
    number: 1,
    model: { name: "iris", version: "1" },
    described: null,
    weight: 100,
    mirrorPercent: 0,
    fallback: false,
    recovering: false,
    idle: false,
    batching: { mode: "auto", requestsMax: 64, delayMsMax: 5 },
    concurrencyMax: null,
    idempotent: false,
    replicas: [],
    ...values,
  };
}

export function anEndpoint(revisions: ServingRevision[], values: Partial<Endpoint> = {}): Endpoint {
  return { id: "iris", access: "public", clients: [], rollout: null, revisions, ...values };
}

/** A replica that does nothing. */
export function aReplica(id: string, inFlight = 0): ServingReplica {
  return {
    id,
    inFlight,
    batching: null,
    predict: () => Promise.reject(new Error("not asked")),
    send: () => undefined,
  };
}

/** A replica that answers when it is told to; `batches` are those it was sent. */
export class HandReplica implements ServingReplica {
  readonly id = "r1-0";
  readonly batches: (readonly Outgoing[])[] = [];
  readonly batching: ServingReplica["batching"];
  #open: Outgoing[] = [];

  constructor(state: "on" | "off" = "on") {
    this.batching = { state, reason: "for the test" };
  }

  get inFlight(): number {
    return this.#open.length;
  }

  predict(): Promise<ReplicaAnswer> {
    return Promise.reject(new Error("not asked"));
  }

  send(batch: readonly Outgoing[]): void {
    this.batches.push(batch);
    this.#open.push(...batch);
  }

  /** Answers all that it holds, as one batch. */
  answer(outcome: ReplicaAnswer | Error = anAnswer()): void {
    const open = this.#open;
    this.#open = [];
    const batch = { requests: open.length, rows: open.length };
    for (const { settle } of open.map(bound))
      settle(outcome instanceof Error ? outcome : { ...outcome, batch });
  }
}

function bound(outgoing: Outgoing) {
  return { settle: (outcome: ReplicaAnswer | Error) => outgoing.settle(outcome) };
}
