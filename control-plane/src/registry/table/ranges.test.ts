import { expect, test } from "vitest";
import { parseFilter } from "#domain/version-filter.ts";
import { useTables } from "./testing/found.ts";
import { NO_CONTEXT } from "./version-context.ts";

const { tables, aModel } = await useTables();

function ranges(modelId: number | null, metrics: string[], filter = "") {
  const query = { scope: "demo", modelId, context: NO_CONTEXT, filter: parseFilter(filter) };
  return tables.ranges(query, metrics);
}

test("ranges are over what is finite, and tell of how many versions", async () => {
  const values = [
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
    Number.NEGATIVE_INFINITY,
    -0.25,
    1e300,
  ];
  const model = await aModel(
    "spread",
    values.map((score) => (score === undefined ? {} : { metrics: { score, always: 1 } })),
  );
  expect(await ranges(model, ["score", "never", "always"])).toEqual([
    { metric: "score", min: -0.25, max: 1e300, count: 3 },
    { metric: "never", min: null, max: null, count: 0 },
    { metric: "always", min: 1, max: 1, count: 6 },
  ]);
  expect(await ranges(model, [])).toEqual([]);
});

test("only versions that meet the filter count, of one model or of all", async () => {
  const model = await aModel("one of two", [
    { metrics: { loss: 3 }, tags: { stage: "ok" } },
    { metrics: { loss: 9 } },
    { metrics: { loss: 5 }, tags: { stage: "ok" } },
  ]);
  await aModel("two of two", [{ metrics: { other: 1, loss: 1 }, tags: { stage: "ok" } }]);
  expect(await ranges(model, ["loss"], "tags.stage = 'ok'")).toMatchObject([{ min: 3, max: 5, count: 2 }]);
  expect(await ranges(null, ["loss"], "tags.stage = 'ok'")).toMatchObject([{ min: 1, max: 5, count: 3 }]);
  expect(await ranges(null, ["loss"], "metrics.loss > 100")).toMatchObject([{ min: null, count: 0 }]);
});

test("a metric's name is only ever a value, whatever it says", async () => {
  const odd = `x'), (select 1) --"; drop table registry_version; $1`;
  const model = await aModel("odd", [{ metrics: { [odd]: 2 } }]);
  expect(await ranges(model, [odd, odd])).toMatchObject([
    { metric: odd, min: 2, max: 2, count: 1 },
    { metric: odd, min: 2, max: 2, count: 1 },
  ]);
});
