/** One request and its answer: predictions as they came, errors as problem documents (RFC 9457). */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppError } from "@slipway/contracts/errors";
import { CHALLENGE } from "./admit.ts";

/** How long a refused upload is still discarded, so that its sender gets to read the refusal. */
const LINGER_MS = 5_000;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
/** An answer of a model must never run as script anywhere. */
const STANDARD_HEADERS = [
  ["X-Content-Type-Options", "nosniff"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Cache-Control", "no-store"],
].flat();

export interface Answer {
  status: number;
  contentType: string;
  body: Buffer | string;
}

export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The caller's own request id if it is harmless, else a new one. */
  readonly requestId: string;
  /** Names and values in turn: `writeHead` takes them as they are. */
  readonly #headers: string[] = [];

  constructor(request: IncomingMessage, response: ServerResponse) {
    const given = request.headers["x-request-id"];
    this.request = request;
    this.response = response;
    this.requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
  }

  /** Sets a header of the answer; null takes it away. */
  set(name: string, value: string | number | null): void {
    const at = this.#headers.indexOf(name);
    if (at >= 0) this.#headers.splice(at, 2);
    if (value !== null) this.#headers.push(name, String(value));
  }

  /** Sends a whole answer. */
  send({ status, contentType, body }: Answer): void {
    this.set("Content-Length", Buffer.byteLength(body));
    this.begin(status, contentType);
    this.response.end(body);
  }

  /** Sends the head of an answer whose body follows. */
  begin(status: number, contentType: string): void {
    const own = ["Content-Type", contentType, "X-Request-Id", this.requestId];
    this.response.writeHead(status, [...own, ...STANDARD_HEADERS, ...this.#headers]);
  }

  /** Sends an error; an upload that is not read to its end closes the connection. */
  refuse(error: AppError): void {
    const { request, response } = this;
    if (response.headersSent || response.destroyed) return void response.destroy();
    if (error.status === 401) this.set("WWW-Authenticate", CHALLENGE);
    if (error.status === 429) this.set("Retry-After", error.details.retryAfterSeconds ?? 1);
    if (error.status === 503) this.set("Retry-After", "3");
    const unread = !request.complete && hasBody(request);
    if (unread) this.set("Connection", "close");
    const body = JSON.stringify(error.toProblem(this.requestId));
    this.send({ status: error.status, contentType: "application/problem+json", body });
    if (unread) linger(request);
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
