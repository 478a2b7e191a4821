import { expect, test } from "vitest";
import { BatchSize } from "./batch-size.ts";

function learned(cost: (requests: number) => number): BatchSize {
  const size = new BatchSize();
  for (let round = 0; round < 200; round += 1) {
    for (const requests of [1, 7, 20, 64])
      size.observe(requests, cost(requests) * (1 + 0.1 * Math.sin(round)));
  }
  return size;
}

test("nothing is bounded before anything is known, nor where a call costs the same however many it answers", () => {
  expect(new BatchSize().limit(64)).toBe(64);
  expect(learned(() => 5).limit(64)).toBe(64);
});

test("a call's fixed cost and each request's are told apart", () => {
  const { cost } = learned((requests) => 2 + 0.25 * requests);
  expect(cost?.fixedMs).toBeCloseTo(2, 0);
  expect(cost?.eachMs).toBeCloseTo(0.25, 1);
});

test("where each request costs much a batch stays short, but never empty", () => {
  expect(learned((requests) => 0.1 + 4 * requests).limit(64)).toBeLessThan(16);
  expect(learned((requests) => 1_000 * requests).limit(64)).toBeGreaterThanOrEqual(1);
});

test("a queue is told to drain sooner when more is answered at once", () => {
  const size = learned((requests) => 10 + 0.1 * requests);
  expect(size.drainMs(640, 64)).toBeLessThan(size.drainMs(640, 1) / 10);
});

test("what another one has learned is a beginning that a few batches of its own replace", () => {
  const size = new BatchSize();
  size.beginAs(new BatchSize());
  expect(size.cost).toBeNull();
  size.beginAs(learned((requests) => 2 + 0.25 * requests));
  expect(size.cost?.fixedMs).toBeCloseTo(2, 0);
  for (let round = 0; round < 100; round += 1) {
    for (const requests of [1, 64]) size.observe(requests, 10 + requests);
  }
  expect(size.cost?.fixedMs).toBeCloseTo(10, 0);
  expect(size.cost?.eachMs).toBeCloseTo(1, 1);
});
