import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { StartTurns } from "./start-turns.ts";

const never = new AbortController().signal;
const CALM = { urgent: false, stopped: never };

test("no more start at once than allowed; the others wait in line, those whose callers wait go first", async () => {
  const turns = new StartTurns(2);
  const began: string[] = [];
  const waited: number[] = [];
  const start = async (name: string, urgent: boolean) => {
    const turn = await turns.take({ urgent, stopped: never }, (before) => waited.push(before));
    began.push(name);
    return turn;
  };
  const [one, two] = await Promise.all([start("one", false), start("two", false)]);
  const calm = start("calm", false);
  const hurried = start("hurried", true);
  await sleep(5);
  expect(began).toEqual(["one", "two"]);
  expect(waited).toEqual([2, 3]);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  await hurried;
  expect(began).toEqual(["one", "two", "hurried"]);
  two[Symbol.dispose]();
  await calm;
});

test("one that takes too long lets the next begin, and does not give its place back twice", async () => {
  const turns = new StartTurns(1, 20);
  const slow = await turns.take(CALM, () => undefined);
  const next = await turns.take(CALM, () => undefined);
  slow[Symbol.dispose]();
  let third = false;
  const taken = turns.take(CALM, () => undefined).then(() => (third = true));
  await Promise.resolve();
  expect(third).toBe(false);
  next[Symbol.dispose]();
  await taken;
});

test("who is stopped while waiting leaves the line", async () => {
  const turns = new StartTurns(1);
  const first = await turns.take(CALM, () => undefined);
  const stop = new AbortController();
  const stopped = turns.take({ urgent: false, stopped: stop.signal }, () => undefined);
  const last = turns.take(CALM, () => undefined);
  stop.abort(new Error("stopped"));
  await expect(stopped).rejects.toThrow("stopped");
  first[Symbol.dispose]();
  await last;
});
