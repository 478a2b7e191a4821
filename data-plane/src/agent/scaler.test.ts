import { expect, test } from "vitest";
import { Scaler } from "./scaler.ts";

/** The replicas after each of so many looks at the same load. */
function watched(
  scaler: Scaler,
  looks: number,
  { inFlight, from }: { inFlight: number; from: number },
): number[] {
  let replicas = from;
  return Array.from({ length: looks }, () => {
    replicas = scaler.next({ inFlight, replicas, min: 1, max: 4 });
    return replicas;
  });
}

test("replicas are added only when requests keep waiting, at most twice as many at once, and never over the bound", () => {
  expect(watched(new Scaler(), 2, { inFlight: 100, from: 1 })).toEqual([1, 1]);
  expect(watched(new Scaler(), 7, { inFlight: 100, from: 1 })).toEqual([1, 1, 2, 2, 2, 4, 4]);
  expect(watched(new Scaler(), 30, { inFlight: 100, from: 1 }).at(-1)).toBe(4);
});

test("a short peak adds none", () => {
  const scaler = new Scaler();
  watched(scaler, 2, { inFlight: 100, from: 1 });
  watched(scaler, 1, { inFlight: 0, from: 1 });
  expect(watched(scaler, 2, { inFlight: 100, from: 1 })).toEqual([1, 1]);
});

test("they go one by one, after a minute of quiet each, down to the lower bound", () => {
  const scaler = new Scaler();
  expect(watched(scaler, 59, { inFlight: 0, from: 3 }).at(-1)).toBe(3);
  expect(watched(scaler, 1, { inFlight: 0, from: 3 })).toEqual([2]);
  expect(watched(scaler, 600, { inFlight: 0, from: 2 }).at(-1)).toBe(1);
});
