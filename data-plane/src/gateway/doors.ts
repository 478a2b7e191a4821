/**
 * Several processes that speak HTTP before one gateway, for machines with cores to spare: each door reads requests and writes
 * answers, and hands what is between to the gateway over a Unix socket, in frames like those of `contracts/src/frame.ts`. Who may
 * call, which revision answers and what is counted stays in one place.
 */
import { createServer as createSocketServer, type Server, type Socket } from "node:net";
import type { AppError } from "@slipway/contracts/errors";
import { FRAME_KIND } from "@slipway/contracts/frame";
import { encodeHead, FrameReader } from "@slipway/contracts/frames";
import { z } from "zod";
import {
  type Answer,
  AnswerHeaders,
  type Exchange,
  problemAnswer,
  READ_HEADERS,
  type ReadHeader,
  requestIdOf,
} from "./exchange.ts";
import { CallerGoneError } from "./read-body.ts";

/** What a door tells of its requests; the bodies follow in the same order. */
export const doorRequestsSchema = z.object({
  requests: z.array(
    z.object({
      id: z.number().int(),
      method: z.string(),
      url: z.string(),
      headers: z.partialRecord(z.enum(READ_HEADERS), z.string()),
      bytes: z.number().int().min(0),
    }),
  ),
});
export type DoorRequests = z.infer<typeof doorRequestsSchema>;

/** What the gateway answers. `headers`: names and values in turn. A status of 0 closes the connection without an answer. */
export const doorAnswersSchema = z.object({
  answers: z.array(
    z.object({
      id: z.number().int(),
      status: z.number().int(),
      headers: z.array(z.string()),
      bytes: z.number().int().min(0),
    }),
  ),
});
export type DoorAnswers = z.infer<typeof doorAnswersSchema>;

const cancelSchema = z.object({ ids: z.array(z.number().int()) });

/** Listens for doors; `respond` answers one exchange, whatever happens. */
export function createDoorServer(respond: (exchange: Exchange) => void): Server {
  return createSocketServer((socket) => {
    const door = new Door(socket, respond);
    socket.on("data", (chunk) => door.receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => door.close());
  });
}

/** One door's connection. Answers of the same turn leave in one frame. */
class Door {
  readonly #socket: Socket;
  readonly #respond: (exchange: Exchange) => void;
  readonly #reader = new FrameReader();
  readonly #open = new Map<number, DoorExchange>();
  #answers: { id: number; status: number; headers: string[]; body: Buffer }[] = [];

  constructor(socket: Socket, respond: (exchange: Exchange) => void) {
    this.#socket = socket;
    this.#respond = respond;
  }

  receive(chunk: Buffer): void {
    for (const { kind, meta, body } of this.#reader.push(chunk)) {
      if (kind === FRAME_KIND.cancel) {
        for (const id of cancelSchema.parse(meta).ids) this.#leave(id);
        continue;
      }
      let start = 0;
      for (const { id, bytes, ...head } of doorRequestsSchema.parse(meta).requests) {
        const end = start + bytes;
        const exchange = new DoorExchange(head, body.subarray(start, end), (status, headers, content) =>
          this.#answer(id, { status, headers, body: content }),
        );
        this.#open.set(id, exchange);
        this.#respond(exchange);
        start = end;
      }
    }
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.#leave(id);
  }

  #leave(id: number): void {
    const exchange = this.#open.get(id);
    this.#open.delete(id);
    exchange?.leave();
  }

  #answer(id: number, answer: { status: number; headers: string[]; body: Buffer }): void {
    // Whoever has left waits for nothing.
    if (!this.#open.delete(id)) return;
    if (this.#answers.length === 0) setImmediate(() => this.#flush());
    this.#answers.push({ id, ...answer });
  }

  #flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    if (this.#socket.destroyed) return;
    const meta: DoorAnswers = {
      answers: answers.map(({ id, status, headers, body }) => ({ id, status, headers, bytes: body.length })),
    };
    const bytes = answers.reduce((sum, { body }) => sum + body.length, 0);
    this.#socket.cork();
    this.#socket.write(encodeHead("answers", meta, bytes));
    for (const { body } of answers) if (body.length > 0) this.#socket.write(body);
    this.#socket.uncork();
  }
}

type Settle = (status: number, headers: string[], body: Buffer) => void;

/** A request that came through a door, read whole. */
class DoorExchange implements Exchange {
  readonly method: string;
  readonly url: string;
  readonly requestId: string;
  readonly #head: DoorRequests["requests"][number]["headers"];
  readonly #body: Buffer;
  readonly #settle: Settle;
  readonly #headers = new AnswerHeaders();
  #gone: CallerGoneError | undefined;
  #tell: ((reason: Error) => void) | undefined;

  constructor(
    { method, url, headers }: Omit<DoorRequests["requests"][number], "id" | "bytes">,
    body: Buffer,
    settle: Settle,
  ) {
    this.method = method;
    this.url = url;
    this.#head = headers;
    this.#body = body;
    this.#settle = settle;
    this.requestId = requestIdOf(headers["x-request-id"]);
  }

  header(name: ReadHeader): string | undefined {
    return this.#head[name];
  }

  readBody(): Promise<Buffer> {
    return Promise.resolve(this.#body);
  }

  set(name: string, value: string | number | null): void {
    this.#headers.set(name, value);
  }

  send({ status, contentType, body }: Answer): void {
    this.set("Content-Length", Buffer.byteLength(body));
    const content = typeof body === "string" ? Buffer.from(body) : body;
    this.#settle(status, this.#headers.of(contentType, this.requestId), content);
  }

  refuse(error: AppError): void {
    this.send(problemAnswer(error, this.#headers, this.requestId));
  }

  destroy(): void {
    this.#settle(0, [], Buffer.alloc(0));
  }

  whenGone(tell: (reason: Error) => void): void {
    this.#tell = tell;
    if (this.#gone !== undefined) tell(this.#gone);
  }

  /** The caller has gone, or the door with all its callers. */
  leave(): void {
    this.#gone = new CallerGoneError();
    this.#tell?.(this.#gone);
  }
}
