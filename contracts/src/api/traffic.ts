/** What an endpoint was asked lately. */
import { z } from "zod";
import { timeSchema } from "./list.ts";

export const trafficSchema = z.object({
  requestsLastMinute: z.number().int(),
  failedLastMinute: z.number().int(),
  lastRequestAt: timeSchema.nullable(),
});
export type Traffic = z.infer<typeof trafficSchema>;
