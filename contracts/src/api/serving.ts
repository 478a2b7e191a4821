/** How a deployment's replicas take requests: the part of its spec that has to do with speed and density. */
import { z } from "zod";

export const REQUESTS_PER_BATCH_MAX = 256;

/**
 * `auto`: requests are predicted together when the model's flavour predicts row by row. `on`: also when only its author knows
 * that it does (a custom pyfunc). `off`: never.
 */
export const BATCHING_MODES = ["auto", "on", "off"] as const;
export const batchingModeSchema = z.enum(BATCHING_MODES);
export type BatchingMode = z.infer<typeof batchingModeSchema>;

/** The tag of a registered version with which its author says `on` or `off`; it counts where the spec says `auto`. */
export const BATCHING_TAG = "slipway.batching";
export type BatchingTag = Exclude<BatchingMode, "auto">;

/** Which requests are predicted together. */
export const batchingSchema = z.strictObject({
  mode: batchingModeSchema
    .default("auto")
    .describe(
      `\`auto\`: requests are predicted together when the model's flavour predicts row by row, or when the version's tag \`${BATCHING_TAG}\` says \`on\`. \`on\`: also for a custom pyfunc. \`off\`: each request is predicted alone.`,
    ),
  requestsMax: z
    .number()
    .int()
    .min(1)
    .max(REQUESTS_PER_BATCH_MAX)
    .default(64)
    .describe("Requests that are predicted together at most."),
  delayMsMax: z
    .number()
    .min(0)
    .max(1_000)
    .default(5)
    .describe("How long a request may wait at most for others to come while a replica is free, in ms."),
});
export type Batching = z.infer<typeof batchingSchema>;

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
export const WARM_WINDOWS_MAX = 20;

const timeOfDaySchema = z
  .string()
  .regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, "Write a time of day as HH:MM, from 00:00 to 23:59.");

/** When at least one replica stays ready although nobody calls. `to` before or equal to `from` ends on the next day. */
export const warmWindowSchema = z.strictObject({
  days: z
    .array(z.enum(DAYS))
    .min(1, "Choose at least one day.")
    .refine((days) => new Set(days).size === days.length, "Name each day once."),
  from: timeOfDaySchema,
  to: timeOfDaySchema,
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, "Give a time zone of the IANA database, e.g. Europe/Berlin or UTC.")
    .default("UTC"),
});
export type WarmWindow = z.infer<typeof warmWindowSchema>;

/** The fields without defaults: what a patch may change. */
export const servingFields = {
  batching: batchingSchema.describe(
    "Whether requests that wait at the same time are predicted together. In a patch it replaces the whole: what is absent in it gets its default.",
  ),
  concurrencyMax: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .nullable()
    .describe(
      "Requests that the endpoint takes at the same time, waiting ones included; beyond it callers get 429. Null: as many as its replicas' queues hold.",
    ),
  idempotent: z
    .boolean()
    .describe("A request whose replica died while it answered may be sent to another one, once."),
  idleSeconds: z
    .number()
    .int()
    .min(10)
    .max(604_800)
    .describe("With `minReplicas: 0`: after so long without a request the last replica ends."),
  warmWindows: z
    .array(warmWindowSchema)
    .max(WARM_WINDOWS_MAX)
    .describe("With `minReplicas: 0`: when at least one replica stays ready although nobody calls."),
};

export const IDLE_SECONDS_DEFAULT = 900;

/** What is used where nothing is said. */
export const SERVING_DEFAULTS: Serving = {
  batching: { mode: "auto", requestsMax: 64, delayMsMax: 5 },
  concurrencyMax: null,
  idempotent: false,
  idleSeconds: IDLE_SECONDS_DEFAULT,
  warmWindows: [],
};

/** The same fields with their defaults: what a new deployment is made of. */
export const servingFieldsWithDefaults = {
  batching: servingFields.batching.prefault({}),
  concurrencyMax: servingFields.concurrencyMax.default(null),
  idempotent: servingFields.idempotent.default(false),
  idleSeconds: servingFields.idleSeconds.default(IDLE_SECONDS_DEFAULT),
  warmWindows: servingFields.warmWindows.default([]),
};

export const servingSchema = z.object(servingFields);
export type Serving = z.infer<typeof servingSchema>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false; // a RangeError is the standard's way to say no
  }
}
