/** Writes answers: predictions as they came, errors as problem documents (RFC 9457). */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppError } from "@slipway/contracts/errors";
import { CHALLENGE } from "./admit.ts";

/** How long a refused upload is still discarded, so that its sender gets to read the refusal. */
const LINGER_MS = 5_000;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own request id if it is harmless, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Headers that every answer carries. An answer of a model must never run as script anywhere. */
export function setStandardHeaders(response: ServerResponse, requestId: string): void {
  response.setHeader("X-Request-Id", requestId);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.setHeader("Cache-Control", "no-store");
}

/** Sends a whole answer. */
export function send(
  response: ServerResponse,
  { status, contentType, body }: { status: number; contentType: string; body: Buffer | string },
): void {
  response.writeHead(status, { "Content-Type": contentType, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

/** Sends an error; an upload that is not read to its end closes the connection. */
export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: AppError,
  requestId: string,
): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (error.status === 401) response.setHeader("WWW-Authenticate", CHALLENGE);
  if (error.status === 429) response.setHeader("Retry-After", error.details.retryAfterSeconds ?? 1);
  if (error.status === 503) response.setHeader("Retry-After", "3");
  const unread = !request.complete && hasBody(request);
  if (unread) response.setHeader("Connection", "close");
  const body = JSON.stringify(error.toProblem(requestId));
  send(response, { status: error.status, contentType: "application/problem+json", body });
  if (unread) linger(request);
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
