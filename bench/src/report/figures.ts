/** Figures out of repeated measurements. */

/** The middle one. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The value that `share` of the ascending values do not exceed. NaN of none. */
export function quantile(ascending: readonly number[], share: number): number {
  const index = Math.max(0, Math.ceil(ascending.length * share) - 1);
  return ascending[index] ?? Number.NaN;
}

/** A number as it is read easily: about three digits, `1,234`. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
