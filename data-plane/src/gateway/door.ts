/** The side of a door that speaks HTTP: reads whole requests, hands them to the gateway, writes its answers. See `doors.ts`. */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createConnection, type Socket } from "node:net";
import { AppError } from "@slipway/contracts/errors";
import { FRAME_KIND } from "@slipway/contracts/frame";
import { encodeHead, FrameReader } from "@slipway/contracts/frames";
import { type DoorRequests, doorAnswersSchema } from "./doors.ts";
import { READ_HEADERS } from "./exchange.ts";
import { HttpExchange } from "./http-exchange.ts";
import { createHttpServer } from "./http-server.ts";
import { type BodyLimits, CallerGoneError, readBody } from "./read-body.ts";

type Request = DoorRequests["requests"][number];

export class HttpDoor {
  readonly #socket: Socket;
  readonly #bodies: BodyLimits;
  readonly #reader = new FrameReader();
  readonly #open = new Map<number, HttpExchange>();
  #nextId = 0;
  #waiting: { request: Request; body: Buffer }[] = [];
  readonly server: Server;

  private constructor(socket: Socket, bodies: BodyLimits) {
    this.#socket = socket;
    this.#bodies = bodies;
    this.server = createHttpServer((request, response) => void this.#take(request, response));
    socket.on("data", (chunk) => this.#receive(chunk));
  }

  /** Connects to the gateway; `lost` is called when it has gone. */
  static async open(path: string, bodies: BodyLimits, lost: () => void): Promise<HttpDoor> {
    const socket = createConnection(path);
    socket.on("error", lost);
    await once(socket, "connect");
    socket.on("close", lost);
    return new HttpDoor(socket, bodies);
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new HttpExchange(incoming, response);
    try {
      const body =
        incoming.method === "POST" ? await readBody(incoming, response, this.#bodies) : Buffer.alloc(0);
      const id = this.#nextId;
      this.#nextId = (id + 1) % 2 ** 32;
      this.#open.set(id, exchange);
      exchange.whenGone(() => this.#cancel(id));
      const { method = "GET", url } = exchange;
      if (this.#waiting.length === 0) setImmediate(() => this.#flush());
      this.#waiting.push({
        request: { id, method, url, headers: headersOf(exchange), bytes: body.length },
        body,
      });
    } catch (thrown) {
      if (thrown instanceof CallerGoneError) exchange.destroy();
      else exchange.refuse(AppError.from(thrown));
    }
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const requests = waiting.map(({ request }) => request);
    const bytes = waiting.reduce((sum, { body }) => sum + body.length, 0);
    this.#socket.cork();
    this.#socket.write(encodeHead("requests", { requests } satisfies DoorRequests, bytes));
    for (const { body } of waiting) if (body.length > 0) this.#socket.write(body);
    this.#socket.uncork();
  }

  #cancel(id: number): void {
    if (this.#open.delete(id)) this.#socket.write(encodeHead("cancel", { ids: [id] }, 0));
  }

  #receive(chunk: Buffer): void {
    for (const { kind, meta, body } of this.#reader.push(chunk)) {
      if (kind !== FRAME_KIND.answers) throw new Error("the gateway sends answers only");
      let start = 0;
      for (const { id, status, headers, bytes } of doorAnswersSchema.parse(meta).answers) {
        const { response } = this.#open.get(id) ?? {};
        this.#open.delete(id);
        if (status === 0) response?.destroy();
        else response?.writeHead(status, headers).end(body.subarray(start, start + bytes));
        start += bytes;
      }
    }
  }
}

function headersOf(exchange: HttpExchange): Request["headers"] {
  const headers: Request["headers"] = {};
  for (const name of READ_HEADERS) {
    const value = exchange.header(name);
    if (value !== undefined) headers[name] = value;
  }
  // The gateway names the request: what it logs and what its caller is told are the same.
  return { ...headers, "x-request-id": exchange.requestId };
}
