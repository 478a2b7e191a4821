/** The rows of an answer of MLflow's scoring protocol. */
import { z } from "zod";

const answerSchema = z.object({ predictions: z.unknown() });

/** One entry per row; a table in columns is turned into rows. Undefined when the answer is none that is known. */
export function predictionRows(body: Buffer): unknown[] | undefined {
  const parsed = answerSchema.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { predictions } = parsed.data;
  if (Array.isArray(predictions)) return predictions;
  if (typeof predictions !== "object" || predictions === null) return [predictions];
  const columns = Object.entries(predictions);
  const lengths = new Set(columns.map(([, values]) => (Array.isArray(values) ? values.length : -1)));
  const [rows = -1] = lengths;
  if (lengths.size !== 1 || rows < 0) return [predictions];
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, Array.isArray(values) ? values[row] : values])),
  );
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
