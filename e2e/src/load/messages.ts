/** What a test and the process of its load generator say to one another. */
import { z } from "zod";
import { outcomeSchema } from "./outcome.ts";

export const loadSchema = z.object({
  url: z.string(),
  /** Arrivals per second; they come whether or not earlier ones are answered. */
  ratePerSecond: z.number().positive(),
  /** `even`: one after the other at equal distances. `poisson`: as independent callers come. */
  spacing: z.enum(["even", "poisson"]),
  /** The rate is reached after this time: a cold generator that sends all at once is late, and then sends in bursts. */
  rampSeconds: z.number().nonnegative(),
  /** Sent in turn; with an expected answer, any other prediction is wrong. */
  requests: z.array(z.object({ body: z.string(), answer: z.string().nullable() })).min(1),
  headers: z.record(z.string(), z.string()),
  /** It ends by itself after this time, and after so many requests. */
  secondsMax: z.number().positive(),
  requestsMax: z.number().int().positive(),
  /** A request without an answer after this time has failed. */
  timeoutMs: z.number().int().positive(),
});
export type Load = z.infer<typeof loadSchema>;

export const toGeneratorSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), load: loadSchema }),
  z.object({ type: z.literal("stop") }),
]);
export type ToGenerator = z.infer<typeof toGeneratorSchema>;

export const fromGeneratorSchema = z.discriminatedUnion("type", [
  /** The first request is on its way. */
  z.object({ type: z.literal("started") }),
  z.object({ type: z.literal("ended"), outcomes: z.array(outcomeSchema) }),
]);
export type FromGenerator = z.infer<typeof fromGeneratorSchema>;
