/** What an endpoint was asked lately, in words. */
import type { Traffic } from "@slipway/contracts/api/traffic";
import { formatDuration, formatShare, plural } from "./format.ts";

const MINUTE_SECONDS = 60;
const HOUR_MS = 3_600_000;

/** `3 requests/s in the last minute, 2 % failed`, or since when there was none. */
export function describeTraffic(traffic: Traffic, nowMs: number): string {
  const { requestsLastMinute: requests, failedLastMinute: failed, lastRequestAt } = traffic;
  if (requests === 0) {
    return lastRequestAt === null
      ? "No request yet"
      : `No request in the last minute, the last one ${since(lastRequestAt, nowMs)}`;
  }
  const share = failed === 0 ? "none failed" : `${formatShare(failed, requests)} failed`;
  return `${formatRate(requests)} in the last minute, ${share}`;
}

/** What a stop or a deletion cuts off: `12 requests in the last minute, the last one 3 s ago`. */
export function describeLoss({ requestsLastMinute, lastRequestAt }: Traffic, nowMs: number): string {
  if (lastRequestAt === null) return "Nobody has called it yet.";
  const last = `the last one ${since(lastRequestAt, nowMs)}`;
  return requestsLastMinute === 0
    ? `It had no request in the last minute; ${last}.`
    : `It had ${plural(requestsLastMinute, "request")} in the last minute, ${last}.`;
}

function formatRate(perMinute: number): string {
  return perMinute < MINUTE_SECONDS
    ? plural(perMinute, "request")
    : `${Math.round(perMinute / MINUTE_SECONDS).toLocaleString("en")} requests/s`;
}

function since(iso: string, nowMs: number): string {
  const agoMs = Math.max(0, nowMs - Date.parse(iso));
  if (agoMs < 1_000) return "just now";
  if (agoMs < 24 * HOUR_MS) return `${formatDuration(Math.floor(agoMs / 1_000) * 1_000)} ago`;
  const days = Math.floor(agoMs / (24 * HOUR_MS));
  return `${plural(days, "day")} ago`;
}
