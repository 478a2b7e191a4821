/** Clients: the named callers of a private endpoint. A token is shown once and kept as a hash. */
import { z } from "zod";
import { clientNameSchema } from "../ids.ts";
import { timeSchema } from "./list.ts";

const expirySchema = timeSchema.nullable().describe("When the token stops working; null: never.");
const rateSchema = z
  .number()
  .int()
  .min(1)
  .max(10_000_000)
  .nullable()
  .describe("Requests per minute that the client may send; null: as many as the endpoint takes.");

export const clientSchema = z
  .object({
    name: z.string(),
    createdAt: timeSchema,
    createdBy: z.string(),
    expiresAt: expirySchema,
    requestsPerMinute: rateSchema,
    /** To within a few seconds; null when the token has never been used. */
    lastUsedAt: timeSchema.nullable(),
    /** The start of the token, to recognise it by. */
    tokenPrefix: z.string(),
    /** While the token before the last rotation still works: until when. */
    previousTokenExpiresAt: timeSchema.nullable(),
  })
  .meta({ id: "Client" });
export type Client = z.infer<typeof clientSchema>;

/** The body of `POST …/clients`. */
export const clientRequestSchema = z.object({
  name: clientNameSchema,
  expiresAt: expirySchema.default(null),
  requestsPerMinute: rateSchema.default(null),
});
export type ClientRequest = z.infer<typeof clientRequestSchema>;

/** The body of `PATCH …/clients/{name}`. */
export const clientPatchSchema = z.object({
  expiresAt: expirySchema.optional(),
  requestsPerMinute: rateSchema.optional(),
});
export type ClientPatch = z.infer<typeof clientPatchSchema>;

/** The body of `POST …/clients/{name}/rotate`. */
export const clientRotationSchema = z.object({
  overlapSeconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(3_600)
    .describe("How long the old token works beside the new one."),
});

/** The token is shown here and never again. */
export const createdClientSchema = z.object({ name: z.string(), token: z.string() });
