/** Numbers that stand beside each other, written alike and with enough digits to tell them apart. */

const DIGITS = 4;
const DIGITS_MAX = 17;
const EXPONENT_FROM = 1e9;
const EXPONENT_BELOW = 1e-4;

/** Writes finite numbers with the same number of decimals, as many as it takes to tell them apart. */
export function formatAlike(values: number[]): string[] {
  const sizes = values.map(Math.abs).filter((size) => size > 0);
  const [largest, smallest] = [Math.max(0, ...sizes), Math.min(Number.POSITIVE_INFINITY, ...sizes)];
  if (largest >= EXPONENT_FROM || largest < EXPONENT_BELOW) return apart(values, 3, exponential);
  if (values.every(Number.isInteger)) return values.map(String);
  const first = smallest >= 1 ? DIGITS : Math.min(DIGITS - 1 - Math.floor(Math.log10(smallest)), DIGITS + 3);
  return withoutCommonZeros(apart(values, first, (value, decimals) => value.toFixed(decimals)));
}

/** What a number is more or less than another, beside both as {@link formatAlike} writes them: `+0.0123`. */
export function formatDelta(value: number, base: number): string {
  const difference = value - base;
  if (difference === 0) return "±0";
  // The subtraction of two floats has digits of its own: 0.3 - 0.1 is no 0.19999999999999998.
  const text = String(Number(Math.abs(difference).toPrecision(DIGITS)));
  return `${difference > 0 ? "+" : "−"}${text}`;
}

/** A difference as a share of the base: `+1.3 %`; null where there is no telling. */
export function formatDeltaShare(value: number, base: number): string | null {
  if (base === 0 || value === base) return null;
  const percent = ((value - base) / Math.abs(base)) * 100;
  const size = Math.abs(percent);
  if (size > 1_000 || size < 0.1) return null;
  const sign = percent > 0 ? "+" : "−";
  return `${sign}${size < 10 ? Number(size.toFixed(1)) : Math.round(size)} %`;
}

type Write = (value: number, digits: number) => string;

/** Takes digit after digit until different numbers look different. */
function apart(values: number[], first: number, write: Write): string[] {
  const wanted = new Set(values).size;
  for (let digits = first; digits < DIGITS_MAX; digits += 1) {
    const texts = values.map((value) => write(value, digits));
    if (new Set(texts).size === wanted) return texts;
  }
  return values.map(String);
}

function exponential(value: number, digits: number): string {
  return value === 0 ? "0" : value.toExponential(digits);
}

function withoutCommonZeros(texts: string[]): string[] {
  if (texts.some((text) => !/^-?\d+\.\d+$/.test(text))) return texts;
  const zeros = Math.min(...texts.map((text) => /0*$/.exec(text)?.[0].length ?? 0));
  return texts.map((text) => text.slice(0, text.length - zeros).replace(/\.$/, ""));
}
