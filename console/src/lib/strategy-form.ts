/** The form of a rollout strategy. What belongs to the kinds that are not chosen is kept while the form is open. */
import { type Strategy, strategySchema } from "@slipway/contracts/api/strategy";
import { type FieldErrors, issuesOf } from "./field-errors.ts";
import { nextKey } from "./variable-rows.ts";

/** A number as it stands in a field: text while it is none. */
export type NumberText = number | string;
type Promotion = "automatic" | "manual";

export interface StepRow {
  key: number;
  weight: NumberText;
  pauseSeconds: NumberText;
}

export interface CanaryForm {
  steps: StepRow[];
  promotion: Promotion;
  errorRateIncreasePercent: NumberText;
  latencyRatioMax: NumberText;
  predictionDistanceMax: NumberText;
  requestsMin: NumberText;
}

export interface ShadowForm {
  percent: NumberText;
  seconds: NumberText;
  requestsMin: NumberText;
  promotion: Promotion;
  differingRowsPercent: NumberText;
}

export interface StrategyForm {
  kind: Strategy["kind"];
  canary: CanaryForm;
  shadow: ShadowForm;
}

/** The form of a strategy; the other kinds stand at their defaults. */
export function strategyForm(strategy: Strategy): StrategyForm {
  return {
    kind: strategy.kind,
    canary: canaryForm(strategy.kind === "canary" ? strategy : strategySchema.parse({ kind: "canary" })),
    shadow: shadowForm(strategy.kind === "shadow" ? strategy : strategySchema.parse({ kind: "shadow" })),
  };
}

/** One more step: half way from the last one to all requests, with its pause. */
export function withNewStep(steps: StepRow[]): StepRow[] {
  const last = steps.at(-1);
  const weight = Math.min(99, Math.ceil((100 + (numberOf(last?.weight ?? 0) || 0)) / 2));
  return [...steps, { key: nextKey(steps), weight, pauseSeconds: last?.pauseSeconds ?? 60 }];
}

/** The strategy that a form means, which {@link strategyErrors} has found to be one. */
export function strategyOf(form: StrategyForm): Strategy {
  return strategySchema.parse(written(form));
}

/** What is wrong with a form, by the strategy's fields: `steps.1.weight`. */
export function strategyErrors(form: StrategyForm): FieldErrors {
  return issuesOf(strategySchema, written(form), (field) =>
    field === "bounds.errorRateIncreaseMax" || field === "differingRowsMax" ? 100 : 1,
  );
}

/** The number of a field; NaN where it holds none. */
export function numberOf(text: NumberText): number {
  return typeof text === "string" && text.trim() === "" ? Number.NaN : Number(text);
}

function canaryForm(strategy: Strategy): CanaryForm {
  if (strategy.kind !== "canary") throw new TypeError("This strategy is not a canary.");
  const { errorRateIncreaseMax, ...bounds } = strategy.bounds;
  return {
    steps: strategy.steps.map((step, key) => ({ key, ...step })),
    promotion: strategy.promotion,
    errorRateIncreasePercent: percentOf(errorRateIncreaseMax),
    ...bounds,
  };
}

function shadowForm(strategy: Strategy): ShadowForm {
  if (strategy.kind !== "shadow") throw new TypeError("This strategy is not a shadow.");
  const { kind: _, differingRowsMax, ...rest } = strategy;
  return { ...rest, differingRowsPercent: percentOf(differingRowsMax) };
}

function written({ kind, canary, shadow }: StrategyForm): unknown {
  switch (kind) {
    case "all-at-once":
      return { kind };
    case "canary":
      return {
        kind,
        steps: canary.steps.map(({ weight, pauseSeconds }) => ({
          weight: numberOf(weight),
          pauseSeconds: numberOf(pauseSeconds),
        })),
        promotion: canary.promotion,
        bounds: {
          errorRateIncreaseMax: shareOf(canary.errorRateIncreasePercent),
          latencyRatioMax: numberOf(canary.latencyRatioMax),
          predictionDistanceMax: numberOf(canary.predictionDistanceMax),
          requestsMin: numberOf(canary.requestsMin),
        },
      };
    case "shadow":
      return {
        kind,
        percent: numberOf(shadow.percent),
        seconds: numberOf(shadow.seconds),
        requestsMin: numberOf(shadow.requestsMin),
        promotion: shadow.promotion,
        differingRowsMax: shareOf(shadow.differingRowsPercent),
      };
  }
}

/** 0.005 → 0.5, without the dust of binary fractions. */
function percentOf(share: number): number {
  return Number((share * 100).toPrecision(12));
}

function shareOf(percent: NumberText): number {
  return Number((numberOf(percent) / 100).toPrecision(12));
}
