/** An exchange over HTTP. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppError } from "@slipway/contracts/errors";
import {
  type Answer,
  AnswerHeaders,
  type Exchange,
  problemAnswer,
  type ReadHeader,
  requestIdOf,
} from "./exchange.ts";
import { type BodyLimits, CallerGoneError, readBody } from "./read-body.ts";

/** How long a refused upload is still discarded, so that its sender gets to read the refusal. */
const LINGER_MS = 5_000;
const JOINED_BYTES_MAX = 8 * 1024;

export class HttpExchange implements Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly #headers = new AnswerHeaders();
  #tell: ((reason: Error) => void) | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.requestId = requestIdOf(this.header("x-request-id"));
  }

  get method(): string | undefined {
    return this.request.method;
  }

  get url(): string {
    return this.request.url ?? "/";
  }

  header(name: ReadHeader): string | undefined {
    const value = this.request.headers[name];
    return typeof value === "string" ? value : undefined;
  }

  readBody(limits: BodyLimits): Promise<Buffer> {
    return readBody(this.request, this.response, limits);
  }

  set(name: string, value: string | number | null): void {
    this.#headers.set(name, value);
  }

  send({ status, contentType, body }: Answer): void {
    this.set("Content-Length", Buffer.byteLength(body));
    this.begin(status, contentType);
    if (typeof body === "string" || body.length > JOINED_BYTES_MAX) this.response.end(body);
    // Node writes head and body at once when both are text; each byte is one character of latin1.
    else this.response.end(body.toString("latin1"), "latin1");
  }

  /** Sends the head of an answer whose body follows. */
  begin(status: number, contentType: string): void {
    this.response.writeHead(status, this.#headers.of(contentType, this.requestId));
  }

  refuse(error: AppError): void {
    const { request, response } = this;
    if (response.headersSent || response.destroyed) {
      this.destroy();
      return;
    }
    const unread = !request.complete && hasBody(request);
    if (unread) this.set("Connection", "close");
    this.send(problemAnswer(error, this.#headers, this.requestId));
    if (unread) linger(request);
  }

  destroy(): void {
    this.response.destroy();
  }

  whenGone(tell: (reason: Error) => void): void {
    const { response } = this;
    if (this.#tell === undefined) {
      response.once("close", () => {
        if (!response.writableFinished) this.#tell?.(new CallerGoneError());
      });
    }
    this.#tell = tell;
    if (response.destroyed) tell(new CallerGoneError());
  }
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"]) > 0;
}

function linger(request: IncomingMessage): void {
  const end = setTimeout(() => request.socket.destroy(), LINGER_MS);
  request.on("error", () => request.socket.destroy());
  request.on("close", () => clearTimeout(end));
  request.resume();
}
