import { expect, test } from "vitest";
import { type Look, Scaler } from "./scaler.ts";

const CALM: Look = { waiting: 0, together: 1, replicas: 1, busy: 0, min: 1, max: 4 };

/** The replicas after each of so many looks at the same load. */
function watched(
  scaler: Scaler,
  looks: number,
  { from, ...load }: { from: number } & Partial<Look>,
): number[] {
  let replicas = from;
  return Array.from({ length: looks }, () => {
    replicas = scaler.next({ ...CALM, ...load, replicas });
    return replicas;
  });
}

test("replicas are added only when requests keep waiting, at most twice as many at once, and never over the bound", () => {
  expect(watched(new Scaler(), 2, { waiting: 100, from: 1 })).toEqual([1, 1]);
  expect(watched(new Scaler(), 7, { waiting: 100, from: 1 })).toEqual([1, 1, 2, 2, 2, 4, 4]);
  expect(watched(new Scaler(), 30, { waiting: 100, from: 1 }).at(-1)).toBe(4);
});

test("a line that two batches of each replica take up needs none", () => {
  expect(watched(new Scaler(), 30, { waiting: 2, busy: 1, from: 1 }).at(-1)).toBe(1);
  expect(watched(new Scaler(), 30, { waiting: 128, together: 64, busy: 1, from: 1 }).at(-1)).toBe(1);
  expect(watched(new Scaler(), 3, { waiting: 129, together: 64, busy: 1, from: 1 }).at(-1)).toBe(2);
});

test("a short peak adds none", () => {
  const scaler = new Scaler();
  watched(scaler, 2, { waiting: 100, from: 1 });
  watched(scaler, 1, { from: 1 });
  expect(watched(scaler, 2, { waiting: 100, from: 1 })).toEqual([1, 1]);
});

test("they go one by one, after a minute of quiet each, down to the lower bound", () => {
  const scaler = new Scaler();
  expect(watched(scaler, 59, { from: 3 }).at(-1)).toBe(3);
  expect(watched(scaler, 1, { from: 3 })).toEqual([2]);
  expect(watched(scaler, 600, { from: 2 }).at(-1)).toBe(1);
});

test("none goes whose work the others could not take over", () => {
  /** Two that both work in one of so many looks. */
  const after = (looks: number, every: number): number => {
    const scaler = new Scaler();
    let wanted = 2;
    for (let look = 0; look < looks; look += 1) {
      wanted = scaler.next({ ...CALM, replicas: wanted, busy: look % every === 0 ? wanted : 0 });
    }
    return wanted;
  };
  expect(watched(new Scaler(), 600, { busy: 1, from: 2 }).at(-1)).toBe(2);
  expect([after(600, 2), after(600, 3)]).toEqual([2, 1]);
});
