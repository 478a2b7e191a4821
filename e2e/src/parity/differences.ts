/** Where Slipway answers otherwise than `mlflow models serve`, and why that is meant. Nothing else may differ. */
import type { Model } from "./payloads.ts";

export interface KnownDifference {
  model: Model;
  /** By their names. */
  payloads: readonly string[];
  /** As `difference` says it. */
  what: string;
  why: string;
}

const FAILURE =
  "What the model itself raises is 500 with the code model_failed: whoever watches an endpoint must see a failing model, which MLflow's 400 hides among its callers' mistakes.";
const UNKNOWN_TO_IRIS = ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "null"];

export const DIFFERENCES: readonly KnownDifference[] = [
  {
    model: "iris",
    // They fit the signature of doubles, and scikit-learn refuses them.
    payloads: [
      ...["split, a short row", "split, no rows", "records, one with less"],
      ...["a", "b", "c", "d"].flatMap((column) => UNKNOWN_TO_IRIS.map((value) => `${column} is ${value}`)),
      ...UNKNOWN_TO_IRIS.map((value) => `a is ${value}, in one of two records`),
      ...["csv, only the head", "csv, a value missing", "csv, an empty value"],
    ],
    what: "4xx → 5xx",
    why: FAILURE,
  },
  { model: "mixed", payloads: ['s is "raise"'], what: "4xx → 5xx", why: FAILURE },
  { model: "typed", payloads: ['string is "raise"'], what: "4xx → 5xx", why: FAILURE },
  {
    model: "unsigned",
    payloads: ['x is "raise"', 'x is "raise", in one of two records', 's is "raise"'],
    what: "4xx → 5xx",
    why: FAILURE,
  },
];
