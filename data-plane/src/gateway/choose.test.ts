import { expect, test } from "vitest";
import type { ServingRevision } from "#agent/replica-pool.ts";
import { chooseReplica, chooseRevision } from "./choose.ts";
import { aReplica, aRevision as made } from "./fakes.test-kit.ts";

function aRevision(number: number, weight: number, replicas = [aReplica(`r${number}-0`)]): ServingRevision {
  return made({ number, weight, replicas });
}

function shares(revisions: ServingRevision[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (let step = 0; step < 1_000; step += 1) {
    const number = chooseRevision(revisions, step / 1_000)?.number ?? -1;
    counts[number] = (counts[number] ?? 0) + 1;
  }
  return counts;
}

test("revisions get requests in proportion to their weights", () => {
  expect(shares([aRevision(1, 90), aRevision(2, 10)])).toEqual({ 1: 900, 2: 100 });
});

test("a weight of 0 gets nothing, and weights need not add up to 100", () => {
  expect(shares([aRevision(1, 0), aRevision(2, 1), aRevision(3, 1)])).toEqual({ 2: 500, 3: 500 });
});

test("a revision without a ready replica leaves its share to the others", () => {
  expect(shares([aRevision(1, 50, []), aRevision(2, 50)])).toEqual({ 2: 1_000 });
  expect(chooseRevision([aRevision(1, 100, [])], 0.5)).toBeUndefined();
});

test("one that sleeps keeps its share, and one that is brought back is waited for only when nobody else can", () => {
  expect(shares([{ ...aRevision(1, 50, []), idle: true }, aRevision(2, 50)])).toEqual({ 1: 500, 2: 500 });
  const recovering = { ...aRevision(1, 50, []), recovering: true };
  expect(shares([recovering, aRevision(2, 50)])).toEqual({ 2: 1_000 });
  const standby = { ...aRevision(3, 0), fallback: true };
  expect(chooseRevision([recovering, standby], 0.5)?.number).toBe(3);
  expect(chooseRevision([recovering, aRevision(2, 50, [])], 0.9)?.number).toBe(1);
});

test("the fallback answers only while nothing with a weight can", () => {
  const standby = { ...aRevision(1, 0), fallback: true };
  expect(chooseRevision([standby, aRevision(2, 100)], 0.5)?.number).toBe(2);
  expect(chooseRevision([standby, aRevision(2, 100, [])], 0.5)?.number).toBe(1);
  expect(chooseRevision([{ ...standby, replicas: [] }, aRevision(2, 100, [])], 0.5)).toBeUndefined();
});

test("the replica with the fewest requests in flight is taken, and none when all are full", () => {
  const replicas = [aReplica("a", 3), aReplica("b", 1), aReplica("c", 2)];
  expect(chooseReplica(replicas, 4)?.id).toBe("b");
  expect(chooseReplica(replicas, 1)).toBeUndefined();
});
