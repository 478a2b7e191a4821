/** Metric values as MLflow answers them. */
import type { MetricValue } from "@slipway/contracts/api/model";

/** Reads a metric's value. MLflow's SQL store keeps infinities as the largest double. */
export function toMetricValue(value: number | string): MetricValue {
  const number = typeof value === "number" ? value : parseNumber(value);
  if (Number.isNaN(number)) return "NaN";
  if (Math.abs(number) >= Number.MAX_VALUE) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

function parseNumber(text: string): number {
  const word = /^([+-]?)inf(?:inity)?$/i.exec(text.trim());
  if (word) return word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text.trim() === "" ? Number.NaN : Number(text);
}
