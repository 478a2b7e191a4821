import { expect, test } from "vitest";
import { someCounts } from "#testing/factories.ts";
import { mergeCounts } from "./receipt.ts";

test("what each start of the data plane counted adds up, by revision", () => {
  const merged = mergeCounts([
    { rollout: 1, unserved: 2, shadow: null, revisions: [someCounts(2, { answered: 5, labels: { a: 5 } })] },
    {
      rollout: 1,
      unserved: 1,
      shadow: null,
      revisions: [
        someCounts(1, { answered: 7, errors: 2 }),
        someCounts(2, { answered: 3, labels: { a: 1, b: 2 } }),
      ],
    },
  ]);
  expect(merged.unserved).toBe(3);
  expect(merged.revisions.map(({ revision, served, failed }) => [revision, served, failed])).toEqual([
    [1, 5, 2],
    [2, 8, 0],
  ]);
  expect(merged.revisions[1]).toMatchObject({
    contest: { answered: 8, errors: 0 },
    predictions: { rows: 8, labels: { a: 6, b: 2 } },
  });
  expect(merged.revisions[1]?.latency.reduce((sum, count) => sum + count)).toBe(8);
});

test("reports of a shadow add up, and none is none", () => {
  const report = {
    mirrored: 2,
    dropped: 1,
    compared: 2,
    failed: 0,
    differingRequests: 1,
    rows: 4,
    differingRows: 1,
    largestDifference: 0.5,
    examples: [],
  };
  const of = (shadow: typeof report | null) => ({ rollout: 1, unserved: 0, revisions: [], shadow });
  expect(mergeCounts([of(null)]).shadow).toBeNull();
  expect(mergeCounts([of(report), of(null), of({ ...report, largestDifference: 2 })]).shadow).toMatchObject({
    mirrored: 4,
    rows: 8,
    differingRows: 2,
    largestDifference: 2,
  });
});
