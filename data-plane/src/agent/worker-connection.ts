/** The gateway's side of a worker's Unix socket: frames of requests go out, each request is answered exactly once. */
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import {
  type AnswersMeta,
  answersMetaSchema,
  type BatchingState,
  FRAME_KIND,
  type RequestMeta,
} from "@slipway/contracts/frame";
import { encodeHead, type Frame, FrameReader } from "@slipway/contracts/frames";
import { idAfter, Pending } from "./pending.ts";
import { type Outgoing, type PredictRequest, type ReplicaAnswer, ReplicaLostError } from "./replica-pool.ts";

export class WorkerConnection {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  /** A request that was given up stays until the worker has answered it: the worker is still at it. */
  readonly #pending = new Pending();
  /** When the worker last finished something, or got something to do: it is serial, so it has worked on one thing since. */
  #progressAtMs = 0;
  #batching: BatchingState | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#lose());
  }

  /** Connects to a worker that has said that it listens. */
  static async open(path: string): Promise<WorkerConnection> {
    const socket = createConnection(path);
    await once(socket, "connect");
    return new WorkerConnection(socket);
  }

  /** False from the moment when the other side is gone, which is before its process is known to have ended. */
  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  /** What the worker has said of batching since it was ready; null while nothing has changed. */
  get batching(): BatchingState | null {
    return this.#batching;
  }

  /** How long the worker has been at one and the same call of the model. */
  get busyForMs(): number {
    return this.#pending.size === 0 ? 0 : performance.now() - this.#progressAtMs;
  }

  /** See `ServingReplica.predict`. */
  predict(request: PredictRequest, signal: AbortSignal): Promise<ReplicaAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = () => {
        outgoing.cancel?.();
        reject(signal.reason);
      };
      const settle = (outcome: ReplicaAnswer | Error) => {
        signal.removeEventListener("abort", giveUp);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const outgoing: Outgoing = { request, settle };
      signal.addEventListener("abort", giveUp, { once: true });
      this.send([outgoing]);
    });
  }

  /** See `ServingReplica.send`. */
  send(batch: readonly Outgoing[]): void {
    if (!this.isOpen) {
      for (const outgoing of batch) outgoing.settle(new ReplicaLostError(false));
      return;
    }
    if (this.#pending.size === 0) this.#progressAtMs = performance.now();
    const requests: RequestMeta[] = [];
    let bytes = 0;
    const firstId = this.#pending.add(batch);
    for (const [index, outgoing] of batch.entries()) {
      const { path, contentType, requestId, client, body, jsonBytes } = outgoing.request;
      const id = idAfter(firstId, index);
      outgoing.cancel = () => this.#cancel(id);
      requests.push({
        id,
        path,
        contentType,
        requestId,
        client,
        bytes: body.length,
        ...jsonBytesOf(jsonBytes),
      });
      bytes += body.length;
    }
    this.#socket.cork();
    this.#socket.write(encodeHead("requests", { requests }, bytes));
    for (const { request } of batch) if (request.body.length > 0) this.#socket.write(request.body);
    this.#socket.uncork();
  }

  /** Closes; what is in flight is lost. */
  close(): void {
    this.#socket.destroy();
  }

  #cancel(id: number): void {
    if (this.isOpen && this.#pending.has(id)) this.#socket.write(encodeHead("cancel", { ids: [id] }, 0));
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) this.#takeAnswers(frame);
    } catch {
      // The model's code shares the worker's process and may have written to the socket: nothing on it can be trusted.
      this.#socket.destroy();
    }
  }

  #takeAnswers(frame: Frame): void {
    if (frame.kind !== FRAME_KIND.answers) throw new Error("a worker sends answers only");
    const meta: AnswersMeta = answersMetaSchema.parse(frame.meta);
    this.#progressAtMs = performance.now();
    if (meta.batching !== undefined) this.#batching = meta.batching;
    const batch = { requests: meta.answers.length, rows: meta.rows };
    const isWritten = this.#socket.writableLength === 0;
    let start = 0;
    for (const { id, bytes, ...answer } of meta.answers) {
      const end = start + bytes;
      if (bytes < 0 || end > frame.body.length) throw new Error("an answer is longer than its frame");
      this.#pending.take(id)?.settle({ ...answer, batch, isWritten, body: frame.body.subarray(start, end) });
      start = end;
    }
  }

  #lose(): void {
    for (const outgoing of this.#pending.takeAll()) outgoing.settle(new ReplicaLostError(true));
  }
}

function jsonBytesOf(jsonBytes: number | null): { jsonBytes?: number } {
  return jsonBytes === null ? {} : { jsonBytes };
}
