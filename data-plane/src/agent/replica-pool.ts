/**
 * The small interface where gateway and agent meet: what an endpoint is to somebody who routes requests.
 * The agent provides it, the gateway uses it; neither imports the other.
 */

import type { Signature } from "@slipway/contracts/api/model";
import type { Batching } from "@slipway/contracts/api/serving";
import type { AssignedClient } from "@slipway/contracts/assignment";
import type { AnswerMeta, BatchingState, WorkerPath } from "@slipway/contracts/frame";

export interface PredictRequest {
  path: WorkerPath;
  contentType: string;
  requestId: string;
  /** The client that the gateway recognised; null for a public endpoint, the playground and the smoke test. */
  client: string | null;
  body: Buffer;
  /** V2 with binary tensors: how much of the body is JSON. */
  jsonBytes: number | null;
}

/** A worker's answer. With a status of 400 and above `code` and `detail` replace the body. */
export type ReplicaAnswer = AnswerMeta & {
  body: Buffer;
  /** The call of the model's `predict` that it came from. */
  batch: { requests: number; rows: number | null };
  /** True when all of the request had left our memory: a model's code may answer before it has read it. */
  isWritten?: boolean;
};

/** A request on its way to a worker. `settle` is called exactly once. */
export interface Outgoing {
  readonly request: PredictRequest;
  settle: (outcome: ReplicaAnswer | Error) => void;
  /** Set when it is sent: asks the worker to drop it if it has not begun; `settle` is called all the same. */
  cancel?: () => void;
}

/** A replica that can take requests now. */
export interface ServingReplica {
  readonly id: string;
  /** What the worker says of predicting requests together. */
  readonly batching: BatchingState | null;
  /** Requests that it has not answered yet. */
  readonly inFlight: number;
  /**
   * Asks for a prediction. An abort of `signal` rejects with its reason and takes the request back if it has not begun.
   * @throws ReplicaLostError when the replica went away before it answered.
   */
  predict(request: PredictRequest, signal: AbortSignal): Promise<ReplicaAnswer>;
  /** Sends requests in one frame; they settle with their answers, or with ReplicaLostError. */
  send(batch: readonly Outgoing[]): void;
}

/** What a worker has told of its model; it stays known while no replica runs. */
export interface DescribedModel {
  readonly mlflowVersion: string;
  readonly flavors: string[];
  readonly signature: Signature | null;
  /** A body that the model has answered: `application/json`, of MLflow's scoring protocol. */
  readonly example: unknown;
}

export interface ServingRevision {
  readonly number: number;
  readonly model: { readonly name: string; readonly version: string };
  /** Null until a replica has been ready. */
  readonly described: DescribedModel | null;
  readonly weight: number;
  /** Share of the requests, in percent, that it gets a copy of. */
  readonly mirrorPercent: number;
  /** Takes the requests while no revision with a weight has a ready replica. */
  readonly fallback: boolean;
  /** It was ready before and is being brought back: its callers may wait for it. */
  readonly recovering: boolean;
  /** It was scaled to zero: its callers wait for a replica, which `Endpoints.wake` asks for. */
  readonly idle: boolean;
  readonly batching: Batching;
  /** Requests that may wait or be answered at the same time; null: as many as the replicas' queues hold. */
  readonly concurrencyMax: number | null;
  /** A request that was lost with its replica may be sent once more. */
  readonly idempotent: boolean;
  /** The ready ones only. */
  readonly replicas: readonly ServingReplica[];
}

export interface Endpoint {
  readonly id: string;
  readonly access: "private" | "public";
  readonly clients: readonly AssignedClient[];
  /** The rollout that is running. */
  readonly rollout: number | null;
  readonly revisions: readonly ServingRevision[];
}

/** How much a revision is wanted, as those who take the requests know it. */
export interface Demand {
  /** Requests that replicas work on, and those that wait for one. */
  inFlight: number;
  waiting: number;
  /** Null: none since the data plane's start. */
  lastRequestAtMs: number | null;
}

export interface Endpoints {
  find(id: string): Endpoint | undefined;
  /** A request waits for a revision that is idle: starts one replica, however often it is asked. */
  wake(id: string, revision: number): void;
  /** Resolves when something about any endpoint has changed, or after `waitMs`. */
  changed(waitMs: number, signal: AbortSignal): Promise<void>;
}

/** The replica went away before it answered. `written` is false when the request certainly never reached it. */
export class ReplicaLostError extends Error {
  override readonly name = "ReplicaLostError";
  readonly written: boolean;

  constructor(written: boolean) {
    super("the replica went away before it answered");
    this.written = written;
  }
}
