/** The long forms of tests: the same code with more rounds, whose figures `npm run soak` prints. */
import { appendFileSync } from "node:fs";
import { z } from "zod";

const SECONDS_PER_ROUND_MAX = 60;
const countSchema = z.coerce.number().int().positive().optional();

/** How many rounds a test makes: few in the suite, `SLIPWAY_ROUNDS` in the long form. */
export function rounds(inSuite: number): number {
  return countSchema.parse(process.env.SLIPWAY_ROUNDS) ?? inSuite;
}

/** How many requests come per second: in the suite few enough for a machine that does other things too. */
export function requestsPerSecond(inSuite: number): number {
  return countSchema.parse(process.env.SLIPWAY_REQUESTS_PER_SECOND) ?? inSuite;
}

/** The time limit of a test of so many rounds. */
export function roundsMsMax(count: number): number {
  return 60_000 + count * SECONDS_PER_ROUND_MAX * 1_000;
}

/** Notes what a test has measured, for the long form's report. */
export function recordFigures(figures: Record<string, number | string>): void {
  const path = process.env.SLIPWAY_FIGURES;
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(figures)}\n`);
}

/** The value below which a share of the values lies; nearest rank. @throws Error when there is no value. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error("no value was measured");
  return value;
}
