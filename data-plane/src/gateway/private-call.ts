/** What the routes of the private interface have in common. */
import type { ServerResponse } from "node:http";
import { AppError } from "@slipway/contracts/errors";
import type { z } from "zod";
import type { Exchange } from "./exchange.ts";
import { CallerGoneError } from "./read-body.ts";

/** Answers 200 with a value as JSON. */
export function json(exchange: Exchange, value: unknown): void {
  exchange.send({ status: 200, contentType: "application/json", body: JSON.stringify(value) });
}

/** Aborts when the connection closes before the answer is out. */
export function callerGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new CallerGoneError());
  });
  return controller.signal;
}

/** A value of the caller as the schema has it. @throws AppError `invalid_request`. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
  throw new AppError("invalid_request", "The call does not fit the contract of the data plane.", {
    details: { errors },
  });
}
