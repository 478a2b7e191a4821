/** Clients of an endpoint in words. */
import { formatRelative } from "./format.ts";

/** `in 3 months`, `expired yesterday`, `never`. */
export function expiryWords(expiresAt: string | null, nowMs: number): string {
  if (expiresAt === null) return "never";
  const relative = formatRelative(expiresAt, nowMs);
  return Date.parse(expiresAt) <= nowMs
    ? `expired ${relative}`
    : relative === "just now"
      ? "in less than a minute"
      : relative;
}

/** `600 requests/min`, or that there is no limit. */
export function limitWords(requestsPerMinute: number | null): string {
  return requestsPerMinute === null ? "none" : `${requestsPerMinute.toLocaleString("en")} requests/min`;
}
