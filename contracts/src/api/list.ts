/** Lists of the HTTP API. */
import { z } from "zod";

/** `{items, nextPageToken?}`. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextPageToken: z.string().optional() });
}

export const pageQuerySchema = z.object({
  pageSize: z.coerce.number().int().min(1).max(1000).optional(),
  pageToken: z.string().optional(),
});

/** ISO 8601, UTC. */
export const timeSchema = z.iso.datetime();
