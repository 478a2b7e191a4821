/** Takes a request's body as bytes, never more than the limit, and never parses it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError } from "@slipway/contracts/errors";

const inflate = promisify(gunzip);

/** The caller went away while it was sending. There is nobody to answer. */
export class CallerGoneError extends Error {
  override readonly name = "CallerGoneError";
}

/**
 * Reads the whole body, inflating gzip.
 * @throws AppError `body_too_large` as soon as that is known, also from the announced length before anything is read.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  bytesMax: number,
): Promise<Buffer> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (!["identity", "gzip", "x-gzip"].includes(encoding)) {
    throw new AppError(
      "unsupported_media_type",
      `The content encoding '${encoding.slice(0, 40)}' is not supported. Send the body as it is, or with gzip.`,
    );
  }
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (request.headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
  const body = await collect(request, bytesMax);
  return encoding === "identity" ? body : inflateWithin(body, bytesMax);
}

function collect(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) {
        request.removeAllListeners("data").pause();
        reject(tooLarge(bytesMax));
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on("close", () => reject(new CallerGoneError()));
    request.on("error", () => reject(new CallerGoneError()));
  });
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
