/** Between which values a metric lies, over many versions. */
import { z } from "zod";

export const metricRangeSchema = z
  .object({
    metric: z.string(),
    /** The smallest and the largest finite value; null where no version has one. */
    min: z.number().nullable(),
    max: z.number().nullable(),
    /** How many versions have a finite value. */
    count: z.number().int(),
  })
  .meta({ id: "MetricRange" });
export type MetricRange = z.infer<typeof metricRangeSchema>;

/** In the order in which they were asked for. */
export const metricRangeListSchema = z.object({ items: z.array(metricRangeSchema) });

/** So many metrics are taken at once. */
export const RANGES_MAX = 100;
