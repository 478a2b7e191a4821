/** Takes a request's body as bytes, never more than the limits, and never parses it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError } from "@slipway/contracts/errors";
import { BodyBuffers, ComingBody } from "./body-buffers.ts";
import { noteRead } from "./body-garbage.ts";

const inflate = promisify(gunzip);

/** The caller went away while it was sending. There is nobody to answer. */
export class CallerGoneError extends Error {
  override readonly name = "CallerGoneError";
}

/** The bodies that the gateway holds at the same time, together. */
export class BodySpace {
  /** What bodies that come in pieces are copied into. */
  readonly buffers = new BodyBuffers();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @throws AppError `too_many_requests` when that much more does not fit. */
  take(bytes: number): void {
    if (this.#bytes > 0 && this.#bytes + bytes > this.#bytesMax) throw noSpace();
    this.#bytes += bytes;
  }

  /** Gives back what was taken. */
  free(bytes: number): void {
    this.#bytes -= bytes;
  }
}

export interface BodyLimits {
  bytesMax: number;
  space: BodySpace;
}

/** Small bodies are let in without being counted: many of them fit into what one of the largest may take. */
const COUNTED_BYTES_MIN = 64 * 1024;

/**
 * Reads the whole body, inflating gzip. Its space is given back when the response closes.
 * @throws AppError `body_too_large` as soon as that is known, also from the announced length before anything is read;
 * `too_many_requests` when other bodies take all the space there is.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): Promise<Buffer> {
  const { headers } = request;
  const { bytesMax } = limits;
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (!["identity", "gzip", "x-gzip"].includes(encoding)) {
    throw new AppError(
      "unsupported_media_type",
      `The content encoding '${encoding.slice(0, 40)}' is not supported. Send the body as it is, or with gzip.`,
    );
  }
  if (Number(headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
  const body = await collect(request, response, limits);
  if (encoding === "identity") return body;
  const inflated = await inflateWithin(body, bytesMax);
  if (inflated.length > COUNTED_BYTES_MIN) occupy(limits.space, response, inflated.length);
  return inflated;
}

function collect(request: IncomingMessage, response: ServerResponse, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = new ComingBody(limits.space.buffers);
    request.on("data", (chunk: Buffer) => {
      const before = body.length;
      const length = before + chunk.length;
      try {
        if (length > limits.bytesMax) throw tooLarge(limits.bytesMax);
        if (length > COUNTED_BYTES_MIN) {
          occupy(limits.space, response, before > COUNTED_BYTES_MIN ? chunk.length : length);
        }
        body.push(chunk);
        noteRead(chunk.length);
      } catch (refusal) {
        request.removeAllListeners("data").pause();
        reject(refusal);
      }
    });
    request.on("end", () => resolve(body.take()));
    const left = () => {
      // A whole request closes too; making an error for each would cost more than reading it.
      if (!request.complete) reject(new CallerGoneError());
    };
    request.on("close", left);
    request.on("error", left);
  });
}

const occupied = new WeakMap<ServerResponse, number>();

/** Takes space until the response closes. */
function occupy(space: BodySpace, response: ServerResponse, bytes: number): void {
  space.take(bytes);
  const before = occupied.get(response);
  occupied.set(response, (before ?? 0) + bytes);
  if (before === undefined) response.once("close", () => space.free(occupied.get(response) ?? 0));
}

async function inflateWithin(body: Buffer, bytesMax: number): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(bytesMax);
    throw new AppError("invalid_input", "The body is announced as gzip but cannot be inflated.", {
      cause: error,
    });
  }
}

function tooLarge(bytesMax: number): AppError {
  const limit = bytesMax >= 1024 ** 2 ? `${Math.floor(bytesMax / 1024 ** 2)} MiB` : `${bytesMax} bytes`;
  return new AppError(
    "body_too_large",
    `The body is larger than the limit of ${limit}. Send fewer rows per request.`,
  );
}

function noSpace(): AppError {
  return new AppError(
    "too_many_requests",
    "The bodies of other requests take all the memory that the gateway may use for them. Try again in a moment, with fewer rows per request.",
  );
}
