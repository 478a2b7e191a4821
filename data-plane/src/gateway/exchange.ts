/** One request and its answer, however they travel: over HTTP, or in frames from another process that speaks HTTP. */
import { randomUUID } from "node:crypto";
import type { AppError } from "@slipway/contracts/errors";
import { CHALLENGE } from "./admit.ts";
import type { BodyLimits } from "./read-body.ts";

/** V2 with binary tensors: how much of a body is JSON. */
export const JSON_BYTES_HEADER = "Inference-Header-Content-Length";
/** What the gateway reads of a request's head, in lower case. */
export const READ_HEADERS = [
  "authorization",
  "content-type",
  "x-request-id",
  "inference-header-content-length",
] as const;
export type ReadHeader = (typeof READ_HEADERS)[number];

export interface Answer {
  status: number;
  contentType: string;
  body: Buffer | string;
}

export interface Exchange {
  readonly method: string | undefined;
  readonly url: string;
  /** The caller's own request id if it is harmless, else a new one. */
  readonly requestId: string;
  header(name: ReadHeader): string | undefined;
  /** See `read-body.ts`. */
  readBody(limits: BodyLimits): Promise<Buffer>;
  /** Sets a header of the answer; null takes it away. */
  set(name: string, value: string | number | null): void;
  /** Sends a whole answer. */
  send(answer: Answer): void;
  /** Sends an error; an upload that is not read to its end closes the connection. */
  refuse(error: AppError): void;
  /** Closes without an answer. */
  destroy(): void;
  /** Calls once the caller goes away before the answer is out; a later call takes the place of an earlier one. */
  whenGone(tell: (reason: Error) => void): void;
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
/** An answer of a model must never run as script anywhere. */
const STANDARD_HEADERS = [
  ["X-Content-Type-Options", "nosniff"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Cache-Control", "no-store"],
].flat();

/** The id of a request whose caller sent `given`. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The headers of an answer: names and values in turn. */
export class AnswerHeaders {
  readonly #own: string[] = [];

  /** See `Exchange.set`. */
  set(name: string, value: string | number | null): void {
    const at = this.#own.indexOf(name);
    if (at >= 0) this.#own.splice(at, 2);
    if (value !== null) this.#own.push(name, String(value));
  }

  /** All of them, with those that every answer carries. */
  of(contentType: string, requestId: string): string[] {
    return ["Content-Type", contentType, "X-Request-Id", requestId, ...STANDARD_HEADERS, ...this.#own];
  }
}

/** An error as a problem document (RFC 9457), with its headers. */
export function problemAnswer(error: AppError, headers: AnswerHeaders, requestId: string): Answer {
  if (error.status === 401) headers.set("WWW-Authenticate", CHALLENGE);
  if (error.status === 429) headers.set("Retry-After", error.details.retryAfterSeconds ?? 1);
  if (error.status === 503) headers.set("Retry-After", "3");
  const body = JSON.stringify(error.toProblem(requestId));
  return { status: error.status, contentType: "application/problem+json", body };
}
