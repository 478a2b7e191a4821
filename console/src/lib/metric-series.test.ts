import type { MetricValue, ModelVersion } from "@slipway/contracts/api/model";
import { expect, test } from "vitest";
import { describeSeries, type SeriesOrder, seriesOf } from "./metric-series.ts";

/** Newest first, as the API lists them; version 3 was registered before version 2. */
const LISTED: [version: string, registeredAt: string, value: MetricValue | undefined][] = [
  ["10", "2026-11-10T00:00:00.000Z", 0.5],
  ["4", "2026-11-05T00:00:00.000Z", "NaN"],
  ["3", "2026-11-02T00:00:00.000Z", undefined],
  ["2", "2026-11-03T00:00:00.000Z", 0.25],
  ["1", "2026-11-01T00:00:00.000Z", 0.125],
];
const versions = LISTED.map(
  ([version, registeredAt, value]): ModelVersion => ({
    ...{ version, registeredAt, description: "", status: "READY", aliases: [], deployedBy: [] },
    ...{
      params: {},
      tags: {},
      benchmark: {},
      modelUri: "",
      metrics: value === undefined ? {} : { accuracy: value },
    },
  }),
);
const series = (order: SeriesOrder) =>
  seriesOf(versions, { metric: "accuracy", order, chosen: new Set(["2"]) });

test("versions stand from the oldest on by number, or as they were registered", () => {
  expect(series("version").map(({ version }) => version)).toEqual(["1", "2", "3", "4", "10"]);
  expect(series("time").map(({ version }) => version)).toEqual(["1", "3", "2", "4", "10"]);
});

test("values are written alike, and what is no finite number is a gap with a word", () => {
  expect(series("version").map(({ y, text, chosen }) => [y, text, chosen])).toEqual([
    [0.125, "0.125", false],
    [0.25, "0.250", true],
    [null, "not logged", false],
    [null, "NaN", false],
    [0.5, "0.500", false],
  ]);
});

test("the series is told in words", () => {
  expect(describeSeries(series("version"), { model: "iris", metric: "accuracy" })).toBe(
    "accuracy over 3 versions of iris: lowest 0.125 (version 1), highest 0.500 (version 10), newest 0.500 (version 10). 2 versions without a finite value. Compared: 0.250 (version 2).",
  );
  expect(describeSeries([], { model: "iris", metric: "accuracy" })).toBe(
    "No version of iris that is shown has a finite accuracy.",
  );
});
