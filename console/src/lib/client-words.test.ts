import { expect, test } from "vitest";
import { expiryWords, limitWords } from "./client-words.ts";

const nowMs = Date.parse("2026-11-24T14:03:00Z");

test("an expiry says in words whether it has passed", () => {
  expect(expiryWords(null, nowMs)).toBe("never");
  expect(expiryWords("2026-11-27T14:03:00Z", nowMs)).toBe("in 3 days");
  expect(expiryWords("2026-11-24T14:03:20Z", nowMs)).toBe("in less than a minute");
  expect(expiryWords("2026-11-24T14:03:00Z", nowMs)).toBe("expired just now");
  expect(expiryWords("2026-11-23T14:03:00Z", nowMs)).toBe("expired yesterday");
});

test("a limit is told per minute", () => {
  expect(limitWords(6_000)).toBe("6,000 requests/min");
  expect(limitWords(null)).toBe("none");
});
