import { expect, test } from "vitest";
import { Bulletin } from "./bulletin.ts";

const never = new AbortController().signal;

test("a reader of an earlier state is answered at once", async () => {
  const bulletin = new Bulletin();
  await bulletin.waitForChange(null, 60_000, never);
  await bulletin.waitForChange(bulletin.sequence - 1, 60_000, never);
});

test("a reader of the present state waits for the next change, and changes in quick succession count once", async () => {
  const bulletin = new Bulletin();
  const before = bulletin.sequence;
  const waiting = bulletin.waitForChange(before, 60_000, never);
  for (let index = 0; index < 10; index += 1) bulletin.changed();
  await waiting;
  expect(bulletin.sequence).toBe(before + 1);
});

test("what callers wait for is told at once, with what was gathered before it", async () => {
  const bulletin = new Bulletin();
  const before = bulletin.sequence;
  bulletin.changed();
  bulletin.changed(true);
  expect(bulletin.sequence).toBe(before + 1);
});

test("a reader that waited long enough, or left, is let go", async () => {
  const bulletin = new Bulletin();
  await bulletin.waitForChange(bulletin.sequence, 10, never);
  const leaving = new AbortController();
  const waiting = bulletin.waitForChange(bulletin.sequence, 60_000, leaving.signal);
  leaving.abort();
  await waiting;
});
