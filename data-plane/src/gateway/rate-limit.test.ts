import { expect, test } from "vitest";
import { RateLimit } from "./rate-limit.ts";

const START_MS = 1_700_000_000_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** How many of the requests that come every `everyMs` from `fromMs` on are let through. */
function passed(limit: RateLimit, perMinute: number, [fromMs, toMs]: [number, number], everyMs: number) {
  let count = 0;
  for (let at = fromMs; at < toMs; at += everyMs) if (limit.take(perMinute, at) === 0) count += 1;
  return count;
}

test.each([
  [1, 1],
  [5, 1],
  [10, 2],
  [60, 7],
  [600, 61],
])("%i per minute lets %i through at once", (perMinute, burst) => {
  const limit = new RateLimit();
  const answers = Array.from({ length: burst + 3 }, () => limit.take(perMinute, START_MS));
  expect(answers.filter((waitMs) => waitMs === 0)).toHaveLength(burst);
  expect(answers.lastIndexOf(0)).toBe(burst - 1);
});

test.each([1, 7, 60, 1_000])("%i per minute hold over an hour of much more", (perMinute) => {
  const limit = new RateLimit();
  const everyMs = MINUTE_MS / (perMinute * 7);
  const count = passed(limit, perMinute, [START_MS, START_MS + 60 * MINUTE_MS], everyMs);
  expect(count).toBeGreaterThanOrEqual(perMinute * 60);
  expect(count).toBeLessThanOrEqual(perMinute * 60 + 1 + perMinute / 10);
});

test.each([1, 7, 90])(
  "whoever keeps to %i per minute is never refused, also when a network jitters",
  (perMinute) => {
    const limit = new RateLimit();
    const everyMs = MINUTE_MS / perMinute;
    for (let number = 0; number < 1_000; number += 1) {
      const jitterMs =
        number % 3 === 0 ? 0 : Math.min(everyMs / 3, 3 * SECOND_MS) * (number % 2 === 0 ? 1 : -1);
      expect(limit.take(perMinute, START_MS + number * everyMs + jitterMs)).toBe(0);
    }
  },
);

test("the wait that is told is exactly the wait that is needed, however often one asks meanwhile", () => {
  const limit = new RateLimit();
  while (limit.take(60, START_MS) === 0);
  expect(limit.take(60, START_MS)).toBeCloseTo(SECOND_MS, 6);
  expect(limit.take(60, START_MS + 400)).toBeCloseTo(600, 6);
  expect(limit.take(60, START_MS + 999)).toBeCloseTo(1, 6);
  expect(limit.take(60, START_MS + SECOND_MS)).toBe(0);
  expect(limit.take(60, START_MS + SECOND_MS)).toBeCloseTo(SECOND_MS, 6);
});

test("a changed limit counts on from what was used", () => {
  const limit = new RateLimit();
  while (limit.take(600, START_MS) === 0);
  expect(limit.take(6, START_MS)).toBeCloseTo(10 * SECOND_MS, 6);
  expect(limit.take(6_000, START_MS + 10)).toBe(0);
});

test("a clock that is set back neither gives nor takes", () => {
  const limit = new RateLimit();
  while (limit.take(60, START_MS) === 0);
  expect(limit.take(60, START_MS - MINUTE_MS)).toBeCloseTo(SECOND_MS, 6);
  expect(limit.take(60, START_MS - MINUTE_MS + SECOND_MS)).toBe(0);
});
