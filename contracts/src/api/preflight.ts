/** What stands in the way of deploying a version, found before anything is started. */
import { z } from "zod";
import { timeSchema } from "./list.ts";

export const PREFLIGHT_CHECKS = [
  "status",
  "files",
  "python",
  "requirements",
  "flavor",
  "library",
  "mlflow",
  "signature",
  "example",
  "memory",
  "format",
] as const;

/** Worst first. */
export const PREFLIGHT_LEVELS = ["error", "warning", "info", "ok"] as const;
export type PreflightLevel = (typeof PREFLIGHT_LEVELS)[number];

export const preflightFindingSchema = z
  .object({
    check: z.enum(PREFLIGHT_CHECKS),
    level: z
      .enum(PREFLIGHT_LEVELS)
      .describe(
        "`error`: a deployment would fail. `warning`: it may. `info`: good to know, or what could not be checked.",
      ),
    title: z.string(),
    detail: z.string(),
    remedy: z.string().nullable().describe("What to do about it."),
  })
  .meta({ id: "PreflightFinding" });
export type PreflightFinding = z.infer<typeof preflightFindingSchema>;

export const preflightSchema = z
  .object({
    status: z
      .enum(["ready", "warnings", "blocked"])
      .describe("`blocked` with an error among the findings, `warnings` with a warning, else `ready`."),
    findings: z.array(preflightFindingSchema).describe("Worst first."),
    checkedAt: timeSchema,
    tookMs: z.number().int(),
  })
  .meta({ id: "Preflight" });
export type Preflight = z.infer<typeof preflightSchema>;

/** The query of `GET …/versions/{version}/preflight`. */
export const preflightQuerySchema = z.object({
  memoryBytes: z.coerce
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("Memory of a replica; that of the default instance type where absent."),
});
