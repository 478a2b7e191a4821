/**
 * The small interface where gateway and agent meet: what an endpoint is to somebody who routes requests.
 * The agent provides it, the gateway uses it; neither imports the other.
 */
import type { AssignedClient } from "@slipway/contracts/assignment";
import type { AnswerMeta } from "@slipway/contracts/frame";

export interface PredictRequest {
  contentType: string;
  requestId: string;
  /** The client that the gateway recognised; null for a public endpoint, the playground and the smoke test. */
  client: string | null;
  body: Buffer;
}

/** A worker's answer. With a status of 400 and above `code` and `detail` replace the body. */
export type ReplicaAnswer = AnswerMeta & { body: Buffer };

/** A replica that can take requests now. */
export interface ServingReplica {
  readonly id: string;
  readonly mlflowVersion: string;
  /** Requests that it has not answered yet. */
  readonly inFlight: number;
  /**
   * Asks for a prediction. An abort of `signal` rejects with its reason and takes the request back if it has not begun.
   * @throws ReplicaLostError when the replica went away before it answered.
   */
  predict(request: PredictRequest, signal: AbortSignal): Promise<ReplicaAnswer>;
}

export interface ServingRevision {
  readonly number: number;
  readonly weight: number;
  /** Share of the requests, in percent, that it gets a copy of. */
  readonly mirrorPercent: number;
  /** Takes the requests while no revision with a weight has a ready replica. */
  readonly fallback: boolean;
  /** It was ready before and is being brought back: its callers may wait for it. */
  readonly recovering: boolean;
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

export interface Endpoints {
  find(id: string): Endpoint | undefined;
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
