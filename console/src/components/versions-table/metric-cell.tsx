import type { MetricRange } from "@slipway/contracts/api/metric-range";
import type { MetricValue } from "@slipway/contracts/api/model";
import { fullMetric } from "#lib/format.ts";
import type { MetricFormat } from "#lib/metric-column.ts";
import { rangeShare } from "#lib/range-share.ts";

interface MetricCellProps {
  value: MetricValue | undefined;
  format: MetricFormat;
  /** Of the metric over all versions of the list; undefined while that is not known. */
  range: MetricRange | undefined;
}

/** A metric, with a bar that shows where it lies between the smallest and the largest value. */
export function MetricCell({ value, format, range }: MetricCellProps) {
  const share = rangeShare(value, range);
  // Where all values are the same there is nothing to see; before that is known, the room is kept.
  const hasBars = range === undefined || rangeShare(range.max ?? undefined, range) !== null;
  return (
    <div className="metric-cell">
      <span title={fullMetric(value)} data-full={value === undefined ? undefined : String(value)}>
        {format(value)}
      </span>
      {hasBars ? (
        <span className="metric-bar" data-empty={share === null || undefined} aria-hidden>
          <span style={{ width: `${(share ?? 0) * 100}%` }} />
        </span>
      ) : null}
    </div>
  );
}

/** Between what a metric lies, in words. */
export function rangeWords(range: MetricRange | undefined): string | undefined {
  if (range?.min == null || range.max === null) return undefined;
  const { metric, min, max, count } = range;
  return `${metric}: ${min} to ${max}, in ${count.toLocaleString("en")} ${count === 1 ? "version" : "versions"}`;
}
