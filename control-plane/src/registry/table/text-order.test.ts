import { expect, test } from "vitest";
import { compareTexts, TextOrder } from "./text-order.ts";

test("texts stand as a person would sort them: letters as in English, numbers inside by value", () => {
  const order = new TextOrder();
  const texts = ["v10", "v9", "Saga", "lbfgs", "übung", "saga", "", "v9.5", "1"];
  const places = order.places(texts);
  const sorted = texts.toSorted((a, b) => (places[texts.indexOf(a)] ?? 0) - (places[texts.indexOf(b)] ?? 0));
  expect(sorted).toEqual(["", "1", "lbfgs", "saga", "Saga", "übung", "v9", "v9.5", "v10"]);
});

test("what comes later finds its place among what was there, and nothing stands twice", () => {
  const order = new TextOrder();
  const random = Array.from({ length: 3_000 }, (_, at) => `run ${(at * 7_919) % 2_003} of ${at % 7}`);
  for (let end = 1; end <= random.length; end = end * 3 + 1) order.places(random.slice(0, end));
  const places = order.places(random);
  const byPlace = random.toSorted(
    (a, b) => (places[random.indexOf(a)] ?? 0) - (places[random.indexOf(b)] ?? 0),
  );
  expect(byPlace).toEqual(random.toSorted(compareTexts));
  expect(order.before("run 0 of 0")).toBe(places[random.indexOf("run 0 of 0")]);
  expect(order.before("run")).toBe(0);
  expect(order.before("zebra")).toBe(new Set(random).size);
});

test("texts that nobody has any more are forgotten in the end", () => {
  const order = new TextOrder();
  for (let round = 0; round < 50; round++)
    order.places(Array.from({ length: 100 }, (_, at) => `${round} ${at}`));
  expect(order.before("zebra")).toBeLessThan(1_500);
});
