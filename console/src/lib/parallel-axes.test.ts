import { expect, test } from "vitest";
import { type AxisValues, axisChoices, axisOf, defaultAxes, describeLines } from "./parallel-axes.ts";

const versions = (...values: Partial<AxisValues>[]): AxisValues[] =>
  values.map((each) => ({ params: {}, metrics: {}, ...each }));
const params = (...texts: (string | null)[]) =>
  axisOf(
    { kind: "params", name: "p" },
    versions(...texts.map((text) => ({ params: text === null ? {} : { p: text } }))),
  );

test("numbers stand by their value, and the axis names its ends", () => {
  const axis = params("0.1", "1", "10");
  expect(axis.places.map((place) => place?.toFixed(3))).toEqual(["0.000", "0.091", "1.000"]);
  expect(axis.ticks).toEqual([
    { at: 0, text: "0.1" },
    { at: 1, text: "10.0" },
  ]);
});

test("texts stand in their own order, evenly", () => {
  const axis = params("saga", "lbfgs", "newton", "saga");
  expect(axis.places).toEqual([1, 0, 0.5, 1]);
  expect(axis.ticks.map(({ text }) => text)).toEqual(["lbfgs", "newton", "saga"]);
  expect(params("1", "auto").ticks.map(({ text }) => text)).toEqual(["1", "auto"]);
});

test("one value stands in the middle, and what is missing nowhere", () => {
  expect(params("5", "5.0", null)).toMatchObject({ places: [0.5, 0.5, null], texts: ["5", "5.0", "–"] });
  expect(params("a", null)).toMatchObject({ places: [0.5, null] });
  expect(params(null, null)).toMatchObject({ places: [null, null], ticks: [] });
});

test("NaN and infinities have no place, and do not make an axis of numbers one of texts", () => {
  const axis = axisOf(
    { kind: "metrics", name: "m" },
    versions(
      { metrics: { m: 1 } },
      { metrics: { m: "NaN" } },
      { metrics: { m: 2 } },
      { metrics: { m: "Infinity" } },
    ),
  );
  expect(axis).toMatchObject({ places: [0, null, 1, null], texts: ["1", "NaN", "2", "∞"] });
});

test("the largest numbers have a place too", () => {
  expect(params("-1.7e308", "0", "1.7e308").places).toEqual([0, 0.5, 1]);
});

test("what differs is drawn where nobody has chosen, the metrics first when it is much", () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, "a"]));
  const other = Object.fromEntries(Object.keys(many).map((key) => [key, "b"]));
  const two = versions(
    { params: { ...many, same: "x" }, metrics: { accuracy: 0.9, same: 1 } },
    { params: { ...other, same: "x" }, metrics: { accuracy: 0.8, same: 1 } },
  );
  expect(axisChoices(two).all).toHaveLength(23);
  const drawn = defaultAxes(two);
  expect(drawn).toHaveLength(8);
  expect(drawn.at(-1)).toEqual({ kind: "metrics", name: "accuracy" });
  expect(drawn.some(({ name }) => name === "same")).toBe(false);
});

test("the lines are told in words", () => {
  const axes = [params("1", null)];
  expect(describeLines(["v1", "v2"], axes)).toBe("v1: p 1; v2: p –");
});
