/** What the routes of the private interface have in common. */
import type { ServerResponse } from "node:http";
import { AppError } from "@slipway/contracts/errors";
import type { z } from "zod";
import { send } from "./answer.ts";

/** Answers 200 with a value as JSON. */
export function json(response: ServerResponse, value: unknown): void {
  send(response, { status: 200, contentType: "application/json", body: JSON.stringify(value) });
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
