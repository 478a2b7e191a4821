/** Reads the predictions out of an answer, one a row. */
import { z } from "zod";

const listSchema = z.array(z.unknown());
const v2Schema = z.object({ outputs: z.tuple([z.object({ data: listSchema })]) });

/** Of a bare list. @throws Error for anything else. */
export function listOf(text: string): unknown[] {
  return listSchema.parse(JSON.parse(text));
}

/** Of MLflow's scoring protocol. @throws Error for anything else. */
export function mlflowPredictions(text: string): unknown[] {
  return z.object({ predictions: listSchema }).parse(JSON.parse(text)).predictions;
}

/** Of Open Inference Protocol V2, in JSON, with one output. @throws Error for anything else. */
export function v2Predictions(text: string): unknown[] {
  return v2Schema.parse(JSON.parse(text)).outputs[0].data;
}
