/** What is measured of Slipway's starts beside a first deployment, by name, in the words of the report. */
export const SLIPWAY_STARTS = {
  deployment: "a deployment in a warm environment: from the request to deploy to the first right answer",
  load: "its replica alone: from the start of the worker until it has made a prediction (as the steps say)",
  replica: "a further replica: from the request to scale until it serves",
  wake: "a request after scale to zero: until its answer",
  product: "the whole product: from `slipway start` to the first right answer of a deployed model",
} as const;
export type SlipwayStart = keyof typeof SLIPWAY_STARTS;
