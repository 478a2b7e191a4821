import { expect, test } from "vitest";
import { idAfter, Pending } from "./pending.ts";
import type { Outgoing } from "./replica-pool.ts";

const some = (count: number): Outgoing[] =>
  Array.from({ length: count }, () => ({ settle: () => undefined }) as unknown as Outgoing);

test("each request is taken once, in whatever order", () => {
  const pending = new Pending();
  const [first, second] = [some(3), some(2)];
  const [a, b] = [pending.add(first), pending.add(second)];
  expect([pending.take(b), pending.take(idAfter(a, 2)), pending.take(a)]).toEqual([
    second[0],
    first[2],
    first[0],
  ]);
  expect([pending.take(a), pending.has(a), pending.has(idAfter(a, 1))]).toEqual([undefined, false, true]);
  expect(pending.size).toBe(2);
  expect(pending.takeAll()).toEqual([first[1], second[1]]);
  expect([pending.size, pending.takeAll(), pending.take(idAfter(b, 1))]).toEqual([0, [], undefined]);
});

test("numbers that nobody gave out are nobody's", () => {
  const pending = new Pending();
  const first = pending.add(some(1));
  expect([-1, 0.5, 2 ** 32, 2 ** 40, Number.NaN, idAfter(first, 1)].map((id) => pending.take(id))).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
  expect(pending.size).toBe(1);
});

test("numbers wrap", () => {
  expect(idAfter(2 ** 32 - 2, 3)).toBe(1);
});
