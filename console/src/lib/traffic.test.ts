import { expect, test } from "vitest";
import { describeLoss, describeTraffic } from "./traffic.ts";

const NOW = "2026-11-24T14:03:00.000Z";
const nowMs = Date.parse(NOW);

function traffic(requestsLastMinute: number, failedLastMinute: number, agoSeconds: number | null) {
  const lastRequestAt = agoSeconds === null ? null : new Date(nowMs - agoSeconds * 1000).toISOString();
  return { requestsLastMinute, failedLastMinute, lastRequestAt };
}

test("traffic is told per second when there is enough of it, with the share that failed", () => {
  expect(describeTraffic(traffic(180, 4, 0), nowMs)).toBe("3 requests/s in the last minute, 2.2 % failed");
  expect(describeTraffic(traffic(12, 0, 3), nowMs)).toBe("12 requests in the last minute, none failed");
});

test("without requests it says since when", () => {
  expect(describeTraffic(traffic(0, 0, 7200), nowMs)).toBe(
    "No request in the last minute, the last one 2 h ago",
  );
  expect(describeTraffic(traffic(0, 0, null), nowMs)).toBe("No request yet");
});

test("a stop is told what it cuts off", () => {
  expect(describeLoss(traffic(12, 0, 3), nowMs)).toBe(
    "It had 12 requests in the last minute, the last one 3.0 s ago.",
  );
  expect(describeLoss(traffic(1, 0, 0), nowMs)).toBe(
    "It had 1 request in the last minute, the last one just now.",
  );
  expect(describeLoss(traffic(0, 0, 3 * 86_400), nowMs)).toBe(
    "It had no request in the last minute; the last one 3 days ago.",
  );
  expect(describeLoss(traffic(0, 0, null), nowMs)).toBe("Nobody has called it yet.");
});
