/** Latencies as counts in buckets that grow by a fifth: small to send, and a quantile is told to within a fifth, never too low. */

const GROWTH = 1.2;
const FIRST_UPPER_MS = 0.5;
/** The last bucket takes what is longer than about ten minutes. */
export const LATENCY_BUCKETS = 78;

/** The bucket of a latency. */
export function latencyBucket(ms: number): number {
  if (ms <= FIRST_UPPER_MS) return 0;
  return Math.min(LATENCY_BUCKETS - 1, Math.ceil(Math.log(ms / FIRST_UPPER_MS) / Math.log(GROWTH)));
}

/** The largest latency that falls into a bucket, in ms. */
export function latencyUpperMs(bucket: number): number {
  return FIRST_UPPER_MS * GROWTH ** bucket;
}

/** A quantile of counted latencies, in ms; null when nothing was counted. */
export function latencyQuantileMs(counts: readonly number[], quantile: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = quantile * total;
  for (const [bucket, count] of counts.entries()) {
    left -= count;
    if (left <= 0 && count > 0) return latencyUpperMs(bucket);
  }
  return latencyUpperMs(counts.length - 1);
}
