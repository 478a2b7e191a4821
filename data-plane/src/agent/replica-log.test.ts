import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LiveLines } from "./live-lines.ts";
import { type LogSource, streamLines, streamWhole } from "./log-streams.ts";
import { ReplicaLog } from "./replica-log.ts";

let folder = "";
let log: ReplicaLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-log-"));
  log = new ReplicaLog(join(folder, "r1-0.log"));
});
afterEach(() => rm(folder, { recursive: true }));

const asItIs = (of: ReplicaLog): LogSource => ({ log: of, label: (line) => line });
const newest = async (tail: number) => text(await streamLines([asItIs(log)], tail, null));

test("lines are kept with a UTC time, without terminal colours, and read from the end", async () => {
  for (const line of ["one", "\u001b[31mtwo\u001b[0m", "three"]) log.append(line);
  const lines = (await newest(2)).split("\n");
  expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ""))).toEqual(["two", "three", ""]);
});

test("a follower gets what was there and every later line once, while the log is being written", async () => {
  const expected: string[] = [];
  const write = (part: string) => {
    for (let index = 0; index < 200; index += 1) {
      log.append(`${part}-${index};`);
      expected.push(`${part}-${index};`);
    }
  };
  write("before");
  const live = new LiveLines();
  const opening = streamLines([asItIs(log)], 100_000, live);
  write("opening");
  await log.flush();
  write("flushed");
  const stream = await opening;
  write("opened");
  live.close();
  expect((await text(stream)).match(/[a-z]+-\d+;/g)).toEqual(expected);
});

test("a follower that does not read is let go with a word, and holds little memory", async () => {
  const live = new LiveLines();
  const stream = await streamLines([asItIs(log)], 10, live);
  for (let index = 0; index < 1_000; index += 1) log.append("x".repeat(10_000));
  const followed = await text(stream);
  expect(followed).toMatch(/the reader did not keep up; open the log again\n$/);
  expect(followed.length).toBeLessThan(2 * 1024 ** 2);
});

test("the log is bounded on disk, readable across its two files, and given out whole", async () => {
  const written: string[] = [];
  log.subscribe((line) => written.push(line));
  for (let part = 0; part < 14; part += 1) {
    for (let index = 0; index < 90; index += 1) log.append(`${part}-${index} ä ${"x".repeat(9_990)}`);
    await log.flush();
  }
  expect((await readdir(folder)).sort()).toEqual(["r1-0.log", "r1-0.log.1"]);
  const { bytes } = await log.measure();
  expect(bytes).toBeLessThan(2 * 6 * 1024 ** 2);
  const whole = await buffer(await streamWhole(log));
  expect(whole.length).toBe(bytes);
  const kept = whole.toString("utf8");
  expect(written.join("").endsWith(kept)).toBe(true);
  // More than the newer file alone holds.
  expect(await newest(700)).toBe(written.slice(-700).join(""));
});

test("a model that prints faster than the disk takes loses lines, and the log says how many", async () => {
  for (let index = 0; index < 300; index += 1) log.append(`${index} ${"x".repeat(9_990)}`);
  const lines = (await newest(400)).trimEnd().split("\n");
  const [, lost] = /slipway: (\d+) lines were dropped$/.exec(lines.at(-1) ?? "") ?? [];
  expect(lines.length - 1 + Number(lost)).toBe(300);
  expect(Number(lost)).toBeGreaterThan(100);
});

test("a log that cannot be written does not end the process, and tells how much it lost", async () => {
  const inner = join(folder, "inner");
  log = new ReplicaLog(join(inner, "r1-0.log"));
  log.append("lost");
  await log.flush();
  log.append("lost too");
  await log.flush();
  await mkdir(inner);
  log.append("kept");
  expect(await newest(10)).toMatch(/kept\n.*2 lines were dropped/);
});
