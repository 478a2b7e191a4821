/** Compares the answers of two revisions to one request, row by row. Pure. */
import { predictionRows } from "./prediction-rows.ts";

export interface DifferingRow {
  row: number;
  old: unknown;
  new: unknown;
}

export interface Comparison {
  rows: number;
  differing: DifferingRow[];
  /** Largest absolute difference between two numbers; null when no numbers were compared. */
  largestDifference: number | null;
}

/** Numbers that differ by less than this part of the larger one are the same: sums in another order, other threads. */
const RELATIVE_TOLERANCE = 1e-6;
const ABSOLUTE_TOLERANCE = 1e-9;

/** Undefined when either answer is not one of MLflow's scoring protocol. */
export function compareAnswers(old: Buffer, next: Buffer): Comparison | undefined {
  const [before, after] = [predictionRows(old), predictionRows(next)];
  if (before === undefined || after === undefined) return undefined;
  const differences: number[] = [];
  const differing: DifferingRow[] = [];
  const rows = Math.max(before.length, after.length);
  for (let row = 0; row < rows; row += 1) {
    if (!same(before[row], after[row], differences))
      differing.push({ row, old: before[row], new: after[row] });
  }
  const largest = differences.reduce((a, b) => Math.max(a, b), 0);
  return { rows, differing, largestDifference: differences.length === 0 ? null : largest };
}

function same(a: unknown, b: unknown, differences: number[]): boolean {
  if (typeof a === "number" && typeof b === "number") {
    const difference = Math.abs(a - b);
    differences.push(difference);
    return difference <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    // Every entry is looked at, so that the largest difference is that of the whole row.
    return (
      a.length === b.length && a.map((entry, index) => same(entry, b[index], differences)).every(Boolean)
    );
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].map((key) => same(a[key], b[key], differences)).every(Boolean);
  }
  return a === b;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
