/** How far two distributions of predictions lie apart. Pure. */
import type { PredictionSummary } from "@slipway/contracts/observation";

export interface PredictionDistance {
  /** 0: alike, 1: nothing in common. */
  value: number;
  /** What chance alone can make of it, for samples of this size. */
  margin: number;
  kind: "labels" | "numbers";
  rows: number;
}

const ROWS_MIN = 50;
/** Of the Kolmogorov-Smirnov statistic at a level of 0.001 (Smirnov, 1948). */
const KS_CRITICAL = 1.95;
/** Standard errors of the total variation distance, summed over the labels. */
const LABEL_ERRORS = 1.5;

/** Total variation distance of labels, else Kolmogorov-Smirnov distance of numbers; null when neither can be had. */
export function distanceOf(old: PredictionSummary, next: PredictionSummary): PredictionDistance | null {
  const [labelsOld, labelsNext] = [sum(Object.values(old.labels)), sum(Object.values(next.labels))];
  if (labelsOld >= ROWS_MIN && labelsNext >= ROWS_MIN) return labelDistance(old, next);
  if (old.numbers.length < ROWS_MIN || next.numbers.length < ROWS_MIN) return null;
  const [n, m] = [old.numbers.length, next.numbers.length];
  return {
    value: kolmogorovSmirnov(old.numbers, next.numbers),
    margin: KS_CRITICAL * Math.sqrt(1 / n + 1 / m),
    kind: "numbers",
    rows: n + m,
  };
}

function labelDistance(old: PredictionSummary, next: PredictionSummary): PredictionDistance {
  const labels = new Set([...Object.keys(old.labels), ...Object.keys(next.labels)]);
  const [n, m] = [sum(Object.values(old.labels)), sum(Object.values(next.labels))];
  const gaps = [...labels].map((label) =>
    Math.abs((old.labels[label] ?? 0) / n - (next.labels[label] ?? 0) / m),
  );
  return {
    value: sum(gaps) / 2,
    margin: LABEL_ERRORS * Math.sqrt((labels.size / 4) * (1 / n + 1 / m)),
    kind: "labels",
    rows: n + m,
  };
}

/** The largest gap between two empirical distribution functions. */
function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a.toSorted(ascending), b.toSorted(ascending)];
  let [i, j, largest] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i] ?? 0, y[j] ?? 0);
    while (i < x.length && (x[i] ?? 0) <= at) i += 1;
    while (j < y.length && (y[j] ?? 0) <= at) j += 1;
    largest = Math.max(largest, Math.abs(i / x.length - j / y.length));
  }
  return largest;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
