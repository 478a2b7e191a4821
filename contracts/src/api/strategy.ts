/** How a rollout moves requests from one revision to the next, and what stops it. */
import { z } from "zod";

const DAY_SECONDS = 86_400;

/** Whether a person must say that a rollout may go on. */
export const promotionSchema = z.enum(["automatic", "manual"]);

/** How much worse than the old revision the new one may be before a canary is aborted. */
export const boundsSchema = z.strictObject({
  errorRateIncreaseMax: z
    .number()
    .min(0)
    .max(1)
    .default(0.005)
    .describe("Share of requests that fail or are refused, above that of the old revision: 0.005 is 0.5 %."),
  latencyRatioMax: z
    .number()
    .min(1)
    .max(100)
    .default(1.5)
    .describe(
      "95th percentile of the latency, as a multiple of the old revision's (25 ms more are always allowed).",
    ),
  predictionDistanceMax: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe(
      "How far the distributions of the predictions may lie apart: the total variation distance for labels, the Kolmogorov-Smirnov distance for numbers. 1 switches the check off.",
    ),
  requestsMin: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe("Requests that the new revision must have answered in a step before the step may be passed."),
});
export type Bounds = z.infer<typeof boundsSchema>;

export const canaryStepSchema = z.strictObject({
  weight: z.number().int().min(1).max(99).describe("Share of the requests for the new revision, in percent."),
  pauseSeconds: z.number().int().min(1).max(DAY_SECONDS).describe("How long the step lasts at least."),
});
export type CanaryStep = z.infer<typeof canaryStepSchema>;

const stepsSchema = z
  .array(canaryStepSchema)
  .min(1, "Give at least one step.")
  .max(20)
  .refine(
    (steps) => steps.every(({ weight }, index) => index === 0 || weight > (steps[index - 1]?.weight ?? 0)),
    "Each step takes more of the requests than the one before.",
  );

/** All at once after the smoke test; in steps; or with mirrored requests whose answers are only compared. */
export const strategySchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("all-at-once") }),
    z.strictObject({
      kind: z.literal("canary"),
      steps: stepsSchema.default([
        { weight: 10, pauseSeconds: 60 },
        { weight: 50, pauseSeconds: 60 },
      ]),
      promotion: promotionSchema.default("automatic"),
      bounds: boundsSchema.prefault({}),
    }),
    z.strictObject({
      kind: z.literal("shadow"),
      percent: z
        .number()
        .int()
        .min(1)
        .max(100)
        .default(100)
        .describe("Share of the requests that are mirrored, in percent."),
      seconds: z.number().int().min(1).max(DAY_SECONDS).default(60).describe("How long at least."),
      requestsMin: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .default(100)
        .describe("Compared requests, at least."),
      promotion: promotionSchema.default("manual"),
      differingRowsMax: z
        .number()
        .min(0)
        .max(1)
        .default(0.01)
        .describe("Share of rows that may differ for an automatic promotion."),
    }),
  ])
  .meta({ id: "Strategy" });
export type Strategy = z.infer<typeof strategySchema>;

export const ALL_AT_ONCE: Strategy = { kind: "all-at-once" };

/** What happens when the alias that a deployment was made from moves to another version. */
export const aliasPolicySchema = z
  .enum(["pin", "notify", "roll-out"])
  .describe(
    "For a model URI with an alias, when the alias moves: `pin` does nothing, `notify` says so, `roll-out` makes a revision of the new version.",
  );
export type AliasPolicy = z.infer<typeof aliasPolicySchema>;
