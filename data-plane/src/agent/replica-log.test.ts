import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ReplicaLog } from "./replica-log.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-log-"));
});
afterEach(() => rm(folder, { recursive: true }));

const whole = { tail: 100_000, follow: false, signal: new AbortController().signal };

test("lines are kept with a UTC time, without terminal colours, and read from the end", async () => {
  const log = new ReplicaLog(join(folder, "r1-0.log"));
  for (const line of ["one", "\u001b[31mtwo\u001b[0m", "three"]) log.append(line);
  const lines = (await text(await log.read({ ...whole, tail: 2 }))).split("\n");
  expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ""))).toEqual(["two", "three", ""]);
});

test("a follower gets what was there and every later line once, until it leaves", async () => {
  const log = new ReplicaLog(join(folder, "r1-0.log"));
  log.append("before");
  const leaving = new AbortController();
  const stream = await log.read({ ...whole, follow: true, signal: leaving.signal });
  for (let index = 0; index < 500; index += 1) log.append(`line ${index};`);
  leaving.abort();
  const followed = await text(stream);
  expect(followed.match(/before|line \d+;/g)).toEqual([
    "before",
    ...Array.from({ length: 500 }, (_, index) => `line ${index};`),
  ]);
});

test("the log is bounded on disk, and still readable across its two files", async () => {
  const log = new ReplicaLog(join(folder, "r1-0.log"));
  for (let part = 0; part < 30; part += 1) {
    for (let index = 0; index < 90; index += 1) log.append(`${part}-${index} ${"x".repeat(10_000)}`);
    await log.flush();
  }
  expect((await readdir(folder)).sort()).toEqual(["r1-0.log", "r1-0.log.1"]);
  expect(await text(await log.read({ ...whole, tail: 1 }))).toContain(" 29-89 ");
});

test("a log that cannot be written does not end the process, and tells how much it lost", async () => {
  const inner = join(folder, "inner");
  const log = new ReplicaLog(join(inner, "r1-0.log"));
  await rm(inner, { recursive: true });
  log.append("lost");
  await log.flush();
  await mkdir(inner);
  log.append("kept");
  expect(await text(await log.read(whole))).toMatch(/kept\n.*1 lines were dropped/);
});
