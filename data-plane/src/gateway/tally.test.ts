import { latencyQuantileMs } from "@slipway/contracts/latency-buckets";
import { expect, test } from "vitest";
import { Tally } from "./tally.ts";

const body = (predictions: unknown) => Buffer.from(JSON.stringify({ predictions }));
const served = (predictions: unknown, latencyMs = 10) => ({
  outcome: "served" as const,
  latencyMs,
  body: body(predictions),
});
const failed = { outcome: "failed" as const, latencyMs: 5, body: null };

test("answers are counted once, under the rollout and the revision that they belong to", () => {
  const tally = new Tally();
  const alone = { revision: 1, rollout: 3, contested: false };
  tally.answered("iris", alone, served([1]));
  tally.answered("iris", { ...alone, revision: 2 }, failed);
  tally.answered("iris", { ...alone, rollout: 4 }, { outcome: "refused", latencyMs: 5, body: null });
  tally.answered("iris", { ...alone, rollout: null }, served([1]));
  tally.unserved("iris", 4);
  const counts = tally.rollouts("iris").map(({ rollout, revisions, unserved }) => ({
    rollout,
    unserved,
    revisions: revisions.map(({ revision, served, refused, failed }) => [revision, served, refused, failed]),
  }));
  expect(counts).toEqual([
    {
      rollout: 3,
      unserved: 0,
      revisions: [
        [1, 1, 0, 0],
        [2, 0, 0, 1],
      ],
    },
    { rollout: 4, unserved: 1, revisions: [[1, 0, 1, 0]] },
  ]);
  expect(tally.traffic("iris")).toMatchObject({ requestsLastMinute: 5, failedLastMinute: 2 });
  expect(tally.rollouts("other")).toEqual([]);
});

test("only what two revisions share is judged: latencies, errors and how predictions are distributed", () => {
  const tally = new Tally();
  const choice = { revision: 2, rollout: 1, contested: true };
  tally.answered("iris", { ...choice, contested: false }, served(["before"], 900));
  for (const label of ["a", "a", "b"]) tally.answered("iris", choice, served([label], 20));
  tally.answered("iris", choice, failed);
  const [counts] = tally.rollouts("iris")[0]?.revisions ?? [];
  expect(counts?.contest).toMatchObject({ answered: 4, errors: 1 });
  expect(latencyQuantileMs(counts?.contest.latency ?? [], 1)).toBeLessThan(30);
  expect(counts?.predictions).toEqual({ rows: 3, numbers: [], labels: { a: 2, b: 1 } });
});

test("numbers are sampled, and too many different values are no labels", () => {
  const tally = new Tally();
  const choice = { revision: 1, rollout: 1, contested: true };
  const numbers = Array.from({ length: 100 }, (_, index) => index / 7);
  tally.answered("iris", choice, served(numbers));
  tally.answered(
    "iris",
    choice,
    served([
      [0.1, 0.9],
      [0.8, 0.2],
    ]),
  );
  const [counts] = tally.rollouts("iris")[0]?.revisions ?? [];
  expect(counts?.predictions).toEqual({ rows: 102, numbers, labels: {} });
});

test("deployments that are gone are forgotten", () => {
  const tally = new Tally();
  tally.unserved("iris", 1);
  tally.keepOnly(new Set(["other"]));
  expect(tally.rollouts("iris")).toEqual([]);
  expect(tally.traffic("iris").lastRequestAt).toBeNull();
});
