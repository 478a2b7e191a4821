/** Metrics of one column, written alike: digits stand under digits, and values that differ can be told apart. */
import type { MetricValue } from "@slipway/contracts/api/model";
import { formatMetric } from "./format.ts";

const DIGITS_MIN = 3;
const DIGITS_MAX = 7;
/** Values of that many powers of ten around each other have the same number of decimals. */
const COMPARABLE = 3;

/** Writes a value of the column; NaN, infinities and what is missing as {@link formatMetric} does. */
export type MetricFormat = (value: MetricValue | undefined) => string;

/**
 * The format of a column with these values. Neighbours by size are told apart as long as seven digits do; a column of whole
 * numbers has no decimals; very large and very small values stand as `1.23e-7`.
 */
export function columnFormat(values: Iterable<MetricValue | undefined>): MetricFormat {
  const numbers: number[] = [];
  for (const value of new Set(values)) if (typeof value === "number") numbers.push(value);
  if (numbers.every((value) => Number.isInteger(value))) return formatMetric;
  numbers.sort((a, b) => a - b);
  const decimals = decimalsByExponent(numbers.filter((value) => !isExtreme(value)));
  const mantissa = mantissaDecimals(numbers.filter(isExtreme));
  return (value) => {
    if (typeof value !== "number") return formatMetric(value);
    if (isExtreme(value)) return value.toExponential(mantissa);
    return value.toFixed(decimals(exponentOf(value)));
  };
}

function isExtreme(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1e9 ? !Number.isInteger(value) || size >= 1e15 : size < 1e-4 && size > 0;
}

/** The power of ten of a value's first digit; 0 for 0. */
function exponentOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}

/** How many decimals the values of a power of ten have. */
function decimalsByExponent(sorted: number[]): (exponent: number) => number {
  const needed = new Map<number, number>();
  function need(exponent: number, decimals: number): void {
    needed.set(exponent, Math.max(needed.get(exponent) ?? 0, Math.min(decimals, decimalsMax(exponent))));
  }
  function decimals(exponent: number): number {
    let most = 0;
    for (const [other, count] of needed) if (other >= exponent - COMPARABLE) most = Math.max(most, count);
    return Math.min(most, decimalsMax(exponent));
  }
  for (const value of sorted) {
    const exponent = exponentOf(value);
    need(exponent, Math.min(ownDecimals(value), Math.max(0, DIGITS_MIN - 1 - exponent)));
  }
  let same = closePairs(sorted);
  while (same.length > 0) {
    const chosen = new Map([...needed.keys()].map((exponent) => [exponent, decimals(exponent)]));
    // More decimals can also make two values look the same again: all pairs are looked at each time.
    const alike = same.filter(
      ({ values: [a, b], exponents: [ofA, ofB] }) =>
        a.toFixed(chosen.get(ofA)) === b.toFixed(chosen.get(ofB)),
    );
    const open = alike.flatMap(({ exponents }) =>
      exponents.filter((exponent) => (chosen.get(exponent) ?? 0) < decimalsMax(exponent)),
    );
    if (open.length === 0) break;
    for (const exponent of open) need(exponent, (chosen.get(exponent) ?? 0) + 1);
    same = same.filter(({ values: [a, b], exponents: [ofA] }) => b - a < 10 ** -(chosen.get(ofA) ?? 0));
  }
  return decimals;
}

interface Pair {
  values: [number, number];
  exponents: [number, number];
}

/** Neighbours that look the same with few digits. */
function closePairs(sorted: number[]): Pair[] {
  return sorted.slice(1).flatMap((b, at) => {
    const a = sorted[at] ?? b;
    const isClose = b - a < Math.max(Math.abs(a), Math.abs(b)) / 10 ** (DIGITS_MIN - 2);
    return isClose ? [{ values: [a, b], exponents: [exponentOf(a), exponentOf(b)] } satisfies Pair] : [];
  });
}

/** So many decimals leave a value at most seven digits. */
function decimalsMax(exponent: number): number {
  return Math.max(0, DIGITS_MAX - 1 - exponent);
}

/** With how many decimals a value is written in full. */
function ownDecimals(value: number): number {
  const [digits = "", exponent] = value.toExponential().split("e");
  return Math.max(0, digits.replace(/^-?\d\.?/, "").length - Number(exponent));
}

/** How many decimals stand before the `e`. */
function mantissaDecimals(sorted: number[]): number {
  const own = sorted.map(
    (value) => (value.toExponential().split("e")[0] ?? "").replace(/^-?\d\.?/, "").length,
  );
  let decimals = Math.min(Math.max(0, ...own), DIGITS_MIN - 1);
  const isAlike = (value: number, at: number) =>
    sorted[at + 1]?.toExponential(decimals) === value.toExponential(decimals);
  while (decimals < DIGITS_MAX - 1 && sorted.some(isAlike)) decimals += 1;
  return decimals;
}
