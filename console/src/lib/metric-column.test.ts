import type { MetricValue } from "@slipway/contracts/api/model";
import { expect, it } from "vitest";
import { columnFormat } from "./metric-column.ts";

const written = (...values: (MetricValue | undefined)[]) => values.map(columnFormat(values));

it("values of a column have as many decimals as it takes to tell them apart", () => {
  expect(written(0.97312, 0.9731, 0.5)).toEqual(["0.97312", "0.97310", "0.50000"]);
  expect(written(0.973333333, 0.96666, 0.9)).toEqual(["0.973", "0.967", "0.900"]);
  expect(written(0.5, 0.25)).toEqual(["0.50", "0.25"]);
  expect(written(12.3456, 9.8765, 101.5)).toEqual(["12.35", "9.88", "101.50"]);
});

it("whole numbers stay whole, and many equal ones are one", () => {
  expect(written(3, 120_000, 0, -7)).toEqual(["3", "120000", "0", "-7"]);
  expect(written(0.5, 0.5, 0.5)).toEqual(["0.5", "0.5", "0.5"]);
  expect(written()).toEqual([]);
});

it("values that differ by less than seven digits show look the same; more is noise", () => {
  expect(written(0.123456789, 0.12345678)).toEqual(["0.1234568", "0.1234568"]);
  expect(written(123456.789, 123456.788)).toEqual(["123456.8", "123456.8"]);
});

it("very large and very small values are scientific, alike among themselves", () => {
  expect(written(1.5e-7, 1.234567e-7, 0.25)).toEqual(["1.50e-7", "1.23e-7", "0.25"]);
  expect(written(1.2e20, 1.2001e20, 0.5)).toEqual(["1.2000e+20", "1.2001e+20", "0.5"]);
});

it("a tiny value costs a large one no digits, and gets its own", () => {
  expect(written(98765.4321, 0.00123)).toEqual(["98765", "0.00123"]);
});

it("NaN, infinities and missing values are words and change no other", () => {
  expect(written(0.25, "NaN", "Infinity", undefined, "-Infinity")).toEqual(["0.25", "NaN", "∞", "–", "−∞"]);
});

it("of random columns the texts are in the order of the values, near them, and apart where seven digits are", () => {
  let seed = 20_261_128;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let count = 0; count < 400; count++) {
    const scale = 10 ** Math.round(next() * 16 - 8);
    const spread = 10 ** -Math.round(next() * 6);
    const values = Array.from({ length: 1 + Math.round(next() * 40) }, () =>
      Number(
        (scale * (next() < 0.2 ? -1 : 1) * (1 + next() * spread)).toPrecision(3 + Math.round(next() * 9)),
      ),
    ).toSorted((a, b) => a - b);
    const texts = values.map(columnFormat(values));
    texts.forEach((text, at) => {
      const value = values[at] ?? Number.NaN;
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 5.01e-3);
      const before = values[at - 1];
      if (before === undefined) return;
      expect(Number(texts[at - 1])).toBeLessThanOrEqual(Number(text));
      const seven = (number: number) => number.toPrecision(7);
      const sameTens = Math.floor(Math.log10(Math.abs(before))) === Math.floor(Math.log10(Math.abs(value)));
      if (sameTens && seven(before) !== seven(value)) expect(texts[at - 1]).not.toBe(text);
    });
    const comparable = texts
      .filter((text) => !text.includes("e"))
      .map((text) => text.split(".")[1]?.length ?? 0);
    if (spread < 0.1 && scale >= 1) expect(new Set(comparable).size).toBeLessThanOrEqual(2);
  }
});
