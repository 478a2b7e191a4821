/** The gateway's side of a worker's Unix socket: many requests in flight, each answered exactly once. */
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { answerMetaSchema, FRAME_KIND, type RequestMeta } from "@slipway/contracts/frame";
import { encodeHead, type Frame, FrameReader } from "./frames.ts";
import { type PredictRequest, type ReplicaAnswer, ReplicaLostError } from "./replica-pool.ts";

interface Pending {
  settle: (outcome: ReplicaAnswer | Error) => void;
}

const FRAME_ID_MAX = 2 ** 32;

export class WorkerConnection {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  /** In the order sent. A request that was given up stays until the worker has answered it: the worker is still at it. */
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  /** When the oldest unanswered request came to be the oldest: the worker is serial, so it has worked on it since. */
  #oldestSince = 0;

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

  /** How long the worker has been at one and the same request. */
  get busyForMs(): number {
    return this.#pending.size === 0 ? 0 : performance.now() - this.#oldestSince;
  }

  /** See `ServingReplica.predict`. */
  predict(request: PredictRequest, signal: AbortSignal): Promise<ReplicaAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (!this.isOpen) return reject(new ReplicaLostError(false));
      const id = this.#send(request);
      const giveUp = () => {
        this.#socket.write(encodeHead("cancel", id, {}, 0));
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      if (this.#pending.size === 0) this.#oldestSince = performance.now();
      this.#pending.set(id, {
        settle: (outcome) => {
          signal.removeEventListener("abort", giveUp);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      });
    });
  }

  /** Closes; what is in flight is lost. */
  close(): void {
    this.#socket.destroy();
  }

  #send({ contentType, requestId, client, body }: PredictRequest): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) % FRAME_ID_MAX;
    const meta: RequestMeta = { path: "invocations", contentType, requestId, client };
    this.#socket.cork();
    this.#socket.write(encodeHead("request", id, meta, body.length));
    if (body.length > 0) this.#socket.write(body);
    this.#socket.uncork();
    return id;
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) this.#answer(frame);
    } catch {
      // The model's code shares the worker's process and may have written to the socket: nothing on it can be trusted.
      this.#socket.destroy();
    }
  }

  #answer(frame: Frame): void {
    if (frame.kind !== FRAME_KIND.answer) throw new Error("a worker sends answers only");
    const meta = answerMetaSchema.parse(frame.meta);
    const pending = this.#pending.get(frame.id);
    if (pending === undefined) return;
    const [oldest] = this.#pending.keys();
    this.#pending.delete(frame.id);
    if (oldest === frame.id) this.#oldestSince = performance.now();
    pending.settle({ ...meta, body: frame.body });
  }

  #lose(): void {
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { settle } of lost) settle(new ReplicaLostError(true));
  }
}
