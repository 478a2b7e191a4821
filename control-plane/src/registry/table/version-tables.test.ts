/** Sorting and filtering of what a real PostgreSQL has. */
import { describe, expect, test } from "vitest";
import { countVersions, saveVersions } from "#store/registry-version-store.ts";
import { AT } from "#store/testing/versions.ts";
import { useTables } from "./testing/found.ts";
import { NO_CONTEXT, type VersionContext } from "./version-context.ts";

const { database, aModel, found, read } = await useTables();

describe("versions", () => {
  test("sort by number, newest first unless asked otherwise", async () => {
    const model = await aModel(
      "numbers",
      Array.from({ length: 11 }, () => ({})),
    );
    expect((await found(model, { orderBy: "version desc" })).slice(0, 3)).toEqual([11, 10, 9]);
    expect((await found(model, {})).slice(0, 3)).toEqual([1, 2, 3]);
  });

  test("sort by what serves them, those that nobody serves last", async () => {
    const model = await aModel("served", [{}, {}, {}]);
    const context: VersionContext = {
      ...NO_CONTEXT,
      deployed: [
        { modelName: "served", number: 2, names: ["b"] },
        { modelName: "served", number: 3, names: ["a", "c"] },
        { modelName: "another", number: 1, names: ["d"] },
      ],
    };
    expect(await found(model, { orderBy: "deployedBy", context })).toEqual([3, 2, 1]);
    expect(await found(model, { orderBy: "deployedBy desc", context })).toEqual([2, 3, 1]);
    expect(await found(model, { filter: "deployedBy = 'c'", context })).toEqual([3]);
    expect(await found(model, { filter: "deployedBy is null", context })).toEqual([1]);
  });

  test("sort and filter by what was measured of just that version", async () => {
    const model = await aModel("measured", [{}, {}, {}]);
    const context: VersionContext = {
      ...NO_CONTEXT,
      measured: [
        { modelName: "measured", number: 1, fingerprint: "print 1", figures: { p99Ms: 4 } },
        { modelName: "measured", number: 2, fingerprint: "of an earlier version 2", figures: { p99Ms: 1 } },
        { modelName: "measured", number: 3, fingerprint: "print 3", figures: { p99Ms: 2 } },
      ],
    };
    expect(await found(model, { orderBy: "benchmark.p99Ms", context })).toEqual([3, 1, 2]);
    expect(await found(model, { filter: "benchmark.p99Ms < 3", context })).toEqual([3]);
  });

  test("sort parameters that read as numbers by value, before texts, and missing ones last", async () => {
    const values = ["10", "9", "1e-3", "auto", undefined, "", "NaN", "v10", "v9"];
    const model = await aModel(
      "parameters",
      values.map((C) => (C === undefined ? {} : { params: { C } })),
    );
    expect(await found(model, { orderBy: "params.C" })).toEqual([3, 2, 1, 4, 9, 8, 7, 6, 5]);
    expect(await found(model, { orderBy: "params.C desc" })).toEqual([8, 9, 4, 1, 2, 3, 7, 6, 5]);
  });

  test("sort NaN, infinite and missing metrics last in both directions", async () => {
    const values = [0.5, Number.NaN, Number.POSITIVE_INFINITY, undefined, Number.NEGATIVE_INFINITY, 0.9];
    const model = await aModel(
      "metrics",
      values.map((score) => (score === undefined ? {} : { metrics: { score } })),
    );
    expect(await found(model, { orderBy: "metrics.score" })).toEqual([1, 6, 5, 4, 3, 2]);
    expect(await found(model, { orderBy: "metrics.score desc" })).toEqual([6, 1, 5, 4, 3, 2]);
    const rows = await read(model, ["metrics.score"]);
    expect(rows.map(({ metrics }) => metrics.score)).toEqual(values);
  });

  test("of all models sort and filter by keys that not every model has", async () => {
    await aModel("first of two", [{ metrics: { other: 9, shared: 1 } }, { metrics: { shared: 3 } }]);
    await aModel("second of two", [{ metrics: { shared: 2 } }, { params: { C: "1" } }]);
    expect(await found(null, { filter: "metrics.shared > 0", orderBy: "metrics.shared" })).toEqual([1, 1, 2]);
    expect(await found(null, { filter: "name like '% of two' and params.C = '1.0'" })).toEqual([2]);
  });

  test("lose what was logged when another version takes their number", async () => {
    const model = await aModel("again", [{ metrics: { score: 1 } }, { metrics: { score: 2 } }]);
    const version = {
      ...{ number: 1, createdMs: 5, status: "READY", description: "", runId: "run", loggedModelId: null },
      ...{ tags: {}, fingerprint: "another" },
    };
    await saveVersions(
      database,
      { id: model, updatedMs: 2 },
      { versions: [version], from: 0, digest: null, at: AT },
    );
    expect(await countVersions(database, { modelId: model })).toEqual({ versions: 1, unread: 1 });
    expect(await read(model, ["metrics.score"])).toMatchObject([{ number: 1, metrics: {} }]);
  });

  test("keep texts with every character that PostgreSQL can keep, also as keys", async () => {
    const odd = `'"\\%_{},\n\u2028 ü 名前 😀 NULL`;
    const model = await aModel("odd", [{ params: { [odd]: odd }, tags: { [odd]: odd } }]);
    const [row] = await read(model, [`params.${odd}`, `tags.${odd}`]);
    expect(row).toMatchObject({ params: { [odd]: odd }, tags: { [odd]: odd } });
  });
});
