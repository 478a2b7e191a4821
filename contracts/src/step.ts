/** The visible steps from a version to a live endpoint. */
import { z } from "zod";

export const STEP_NAMES = ["resolve", "download", "environment", "load", "smoke test", "live"] as const;
export type StepName = (typeof STEP_NAMES)[number];

export const stepSchema = z
  .object({
    name: z.enum(STEP_NAMES),
    state: z.enum(["pending", "running", "done", "failed", "skipped"]),
    startedAt: z.iso.datetime().nullable(),
    durationMs: z.number().nullable(),
    /** One line for people: what was found, what is awaited, or why it failed. */
    message: z.string().nullable(),
    /** The newest lines of the step's own output (uv, the Python log), oldest first, at most 50. */
    output: z.array(z.string()),
  })
  .meta({ id: "Step" });
export type Step = z.infer<typeof stepSchema>;

/** A step that has not begun. */
export function pendingStep(name: StepName): Step {
  return { name, state: "pending", startedAt: null, durationMs: null, message: null, output: [] };
}
