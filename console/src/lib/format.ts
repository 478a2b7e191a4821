/**
 * Pure text work of the console: how numbers and times are written, what a URL holds, what a snippet says.
 * Nothing here knows React, the network or the clock.
 */
import type { MetricValue } from "@slipway/contracts/api/model";

/** What stands where a value is missing. */
export const MISSING = "–";

/**
 * Writes a metric with at most four significant decimals, never losing a whole digit and never rounding a small value to zero.
 * NaN and infinities are words.
 */
export function formatMetric(value: MetricValue | undefined): string {
  if (value === undefined) return MISSING;
  if (value === "NaN") return "NaN";
  if (value === "Infinity") return "∞";
  if (value === "-Infinity") return "−∞";
  const size = Math.abs(value);
  if (value === 0 || Number.isInteger(value)) return size < 1e15 ? String(value) : value.toExponential(3);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(3);
  const decimals = size >= 1 ? 4 : 3 - Math.floor(Math.log10(size));
  return String(Number(value.toFixed(Math.min(decimals, 12))));
}

/** The full value, for a title. */
export function fullMetric(value: MetricValue | undefined): string {
  if (value === undefined) return "not logged";
  return typeof value === "number" ? String(value) : value.replace("Infinity", "infinity");
}

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Writes a size with a unit: 1536 → `1.5 KB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < BYTE_UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const text =
    unit === 0 || amount >= 100 ? String(Math.round(amount)) : amount.toFixed(1).replace(/\.0$/, "");
  return `${text} ${BYTE_UNITS[unit]}`;
}

/** Writes a duration with the unit that fits: `0.4 s`, `12 s`, `3 min 5 s`, `2 h`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 50) return `${Math.max(0, Math.round(durationMs))} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 3600
    ? twoUnits(Math.floor(whole / 60), "min", whole % 60, "s")
    : twoUnits(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
}

/** Writes a latency: `0.5 ms`, `12 ms`, `1.2 s`. */
export function formatLatency(ms: number): string {
  return ms < 1_000
    ? `${ms < 10 ? ms.toFixed(1).replace(/\.0$/, "") : Math.round(ms)} ms`
    : formatDuration(ms);
}

/** Writes a number with as many decimals as it needs to say something: `1,234`, `12.3`, `0.25`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  if (size > 0 && size < 0.01) return value < 0 ? "> −0.01" : "< 0.01";
  return value.toLocaleString("en", { maximumFractionDigits: decimals });
}

function twoUnits(amount: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${amount} ${unit}` : `${amount} ${unit} ${rest} ${restUnit}`;
}

const RELATIVE_STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** Writes a time as seen from `nowMs`: `just now`, `3 minutes ago`, `yesterday`. */
export function formatRelative(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  for (const [unit, length] of RELATIVE_STEPS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return "just now";
}

const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** Writes a time in full, in the browser's time zone. */
export function formatExact(iso: string): string {
  return exact.format(new Date(iso));
}

/** Writes a time in full, in UTC: `2026-11-24 14:03:00 UTC`. */
export function formatUtc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** Writes a time to the minute, in the browser's time zone: `24 Nov, 14:03`. */
export function formatMoment(ms: number): string {
  return moment.format(ms);
}

/** Writes a share of a whole: `0 %`, `0.4 %`, `98 %`. What is not nothing is never written as nothing. */
export function formatShare(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  if (percent === 0) return "0 %";
  if (percent < 0.1) return "< 0.1 %";
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** `1 model`, `2 models`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are control characters
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Takes terminal colours and links out of a log line, and what a carriage return has overwritten. */
export function plainLine(line: string): string {
  const text = line.replace(ANSI, "").replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1);
}
