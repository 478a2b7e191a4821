/** How many rows a scoring body has. */
import { z } from "zod";

const bodySchema = z.union([
  z
    .object({ dataframe_split: z.object({ data: z.array(z.unknown()) }) })
    .transform((body) => body.dataframe_split.data),
  z.object({ dataframe_records: z.array(z.unknown()) }).transform((body) => body.dataframe_records),
  z.object({ instances: z.array(z.unknown()) }).transform((body) => body.instances),
  z.object({ inputs: z.array(z.unknown()) }).transform((body) => body.inputs),
  z
    .object({ inputs: z.record(z.string(), z.array(z.unknown())) })
    .transform((body) => Object.values(body.inputs)[0] ?? []),
]);

/** Null where nobody can tell. */
export function rowsOfBody(contentType: string, body: string): number | null {
  if (!contentType.startsWith("application/json")) return null;
  try {
    return bodySchema.safeParse(JSON.parse(body)).data?.length ?? null;
  } catch {
    return null; // Python writes NaN where JSON has no word
  }
}
