/** Where a value lies between the smallest and the largest one. */
import type { MetricValue } from "@slipway/contracts/api/model";

/** 0 for the smallest, 1 for the largest; null for what is not finite and where all are the same. */
export function rangeShare(
  value: MetricValue | undefined,
  range: { min: number | null; max: number | null } | undefined,
): number | null {
  if (typeof value !== "number" || range === undefined || range.min === null || range.max === null)
    return null;
  // Halves: the difference of the largest numbers is none.
  const length = range.max / 2 - range.min / 2;
  return length > 0 ? Math.min(1, Math.max(0, (value / 2 - range.min / 2) / length)) : null;
}
