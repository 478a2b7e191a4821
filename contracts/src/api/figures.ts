/** What a deployment did over time, for people: `docs/metrics.md` explains each figure. */
import { z } from "zod";
import { timeSchema } from "./list.ts";

/** What is shown at once, and how much time one point of it is. */
export const FIGURES_WINDOWS = {
  "1h": { seconds: 3_600, stepSeconds: 60 },
  "24h": { seconds: 86_400, stepSeconds: 600 },
  "7d": { seconds: 604_800, stepSeconds: 3_600 },
} as const;

const windowSchema = z.enum(["1h", "24h", "7d"]);
export type FiguresWindow = z.infer<typeof windowSchema>;

export const figuresQuerySchema = z.object({
  window: windowSchema.default("1h"),
  revision: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe("Only this revision; 0: requests that no revision could take."),
});

const ms = z.number().nullable();

export const figuresSchema = z.object({
  requests: z.number().int().describe("served + refused + failed."),
  served: z.number().int(),
  refused: z.number().int().describe("Answered 4xx: the caller's fault."),
  failed: z.number().int().describe("Answered 5xx, or 429 because no replica had room."),
  requestsPerSecond: z.number(),
  errorRate: z.number().nullable().describe("failed / requests, 0 to 1; null without requests."),
  p50Ms: ms.describe(
    "Of served requests: whole time at the gateway, never told too low and at most a fifth too high.",
  ),
  p95Ms: ms,
  p99Ms: ms,
  queueP50Ms: ms.describe("The part of it in which a request waited for a replica."),
  queueP95Ms: ms,
  requestsPerBatch: z
    .number()
    .nullable()
    .describe("Requests that one call of the model's predict answered, on average."),
  rowsPerBatch: z
    .number()
    .nullable()
    .describe("Rows of one call of predict, on average of the calls whose rows were counted."),
  replicas: z.number().int().describe("Ready replicas at most."),
  memoryBytes: z.number().int().nullable().describe("Resident memory of the largest replica at most."),
  coldStarts: z.number().int().describe("Replicas that were started and became ready."),
  coldStartMsMean: ms.describe("How long that took, on average."),
  coldStartMsMax: ms,
});
export type Figures = z.infer<typeof figuresSchema>;

/** Of a stretch of time that began `at`; the last one may still go on. */
export const figurePointSchema = figuresSchema.extend({ at: timeSchema });
export type FigurePoint = z.infer<typeof figurePointSchema>;

export const deploymentFiguresSchema = z.object({
  window: windowSchema,
  stepSeconds: z.number().int().describe("Length of a point."),
  from: timeSchema,
  to: timeSchema,
  live: z
    .boolean()
    .describe("The newest figures come from the data plane itself; else they may be some seconds old."),
  summary: figuresSchema.describe("Of the whole window."),
  revisions: z
    .array(figuresSchema.extend({ revision: z.number().int() }))
    .describe(
      "The same of each revision that did anything, the newest first; 0: requests that no revision could take.",
    ),
  points: z
    .array(figurePointSchema)
    .describe("One for each step, also where nothing happened; oldest first."),
});
export type DeploymentFigures = z.infer<typeof deploymentFiguresSchema>;
