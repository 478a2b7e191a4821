/** Rollouts as people see them: how far one is, and the receipt that it leaves. */
import { z } from "zod";
import { stepSchema } from "../step.ts";
import { timeSchema } from "./list.ts";
import { strategySchema } from "./strategy.ts";

/**
 * `aborted`: ended before it was through, by a person or because the new revision was worse. `returned`: was through, and
 * then its requests went back to the old revision, because its replicas kept dying.
 */
export const rolloutStateSchema = z.enum([
  "running",
  "succeeded",
  "failed",
  "superseded",
  "aborted",
  "returned",
]);
export type RolloutState = z.infer<typeof rolloutStateSchema>;

/** How far a running rollout is. */
export const rolloutProgressSchema = z.object({
  phase: z.enum(["starting", "shadow", "canary", "moving"]),
  /** Of a canary: which of its steps, from 0. */
  step: z.number().int().nullable(),
  /** When the phase, or the step, began. */
  since: timeSchema,
  /** Requests that the new revision had answered when the step began. */
  answeredBefore: z.number().int(),
  waitingFor: z.enum(["replicas", "time", "requests", "promotion"]).nullable(),
  message: z.string(),
});
export type RolloutProgress = z.infer<typeof rolloutProgressSchema>;

/** What a revision did with the requests that came while a rollout ran. */
export const requestCountsSchema = z.object({
  revision: z.number().int(),
  /** Answered with a prediction. */
  served: z.number().int(),
  /** Answered with a 4xx: the input was refused. */
  refused: z.number().int(),
  /** Answered with a 5xx: the model failed, hung or died. */
  failed: z.number().int(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});
export type RequestCounts = z.infer<typeof requestCountsSchema>;

/** One comparison of the new revision with the old. */
export const checkSchema = z.object({
  name: z.enum(["errors", "latency", "predictions"]),
  outcome: z.enum(["within bounds", "exceeded", "too few requests", "not comparable"]),
  message: z.string(),
});
export type Check = z.infer<typeof checkSchema>;

/** What mirrored requests showed. */
export const shadowReportSchema = z.object({
  mirrored: z.number().int(),
  /** Not mirrored because the new revision was busy: the live answer never waits for it. */
  dropped: z.number().int(),
  compared: z.number().int(),
  /** Mirrored requests that the new revision did not answer with a prediction. */
  failed: z.number().int(),
  differingRequests: z.number().int(),
  rows: z.number().int(),
  differingRows: z.number().int(),
  /** Largest absolute difference between two numbers; null when no numbers were compared. */
  largestDifference: z.number().nullable(),
  /** The first rows that differed. */
  examples: z.array(
    z.object({
      requestId: z.string(),
      row: z.number().int(),
      input: z.string(),
      old: z.string(),
      new: z.string(),
    }),
  ),
});
export type ShadowReport = z.infer<typeof shadowReportSchema>;

/** One field of two revisions that is not the same. Secret values are never shown. */
export const specChangeSchema = z.object({ field: z.string(), from: z.string(), to: z.string() });
export type SpecChange = z.infer<typeof specChangeSchema>;

/** The move of requests to a revision, and its receipt. */
export const rolloutSchema = z
  .object({
    /** Grows within the deployment; the endpoint's `X-Slipway-Rollout` header tells it while the rollout runs. */
    id: z.string(),
    revision: z.number().int(),
    fromRevision: z.number().int().nullable(),
    state: rolloutStateSchema,
    author: z.string(),
    strategy: strategySchema,
    startedAt: timeSchema,
    finishedAt: timeSchema.nullable(),
    durationMs: z.number().nullable(),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    steps: z.array(stepSchema),
    progress: rolloutProgressSchema.nullable(),
    changes: z.array(specChangeSchema).describe("What differs from the revision before."),
    requests: z.array(requestCountsSchema).describe("Requests that came while the rollout ran, by revision."),
    unserved: z.number().int().describe("Requests that no revision could take: 429 and 503."),
    checks: z.array(checkSchema),
    shadow: shadowReportSchema.nullable(),
  })
  .meta({ id: "Rollout" });
export type Rollout = z.infer<typeof rolloutSchema>;

/** The body of `POST …/rollouts/{rollout}/promote`. */
export const promotionRequestSchema = z.object({
  to: z.enum(["next step", "all"]).default("next step").describe("`all` moves every request at once."),
});

/** The body of `POST …/rollouts/{rollout}/abort`. */
export const abortRequestSchema = z.object({ message: z.string().trim().max(1_000).default("") });
