/** JSON as MLflow writes it: Python prints bare `NaN` and `Infinity`, which JSON does not know. */
import type { MetricValue } from "@slipway/contracts/api/model";

/** Parses JSON; bare NaN and infinities become the words of MetricValue. Throws SyntaxError. */
export function parseMlflowJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    if (quoted === text) throw error;
    return JSON.parse(quoted);
  }
}

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
