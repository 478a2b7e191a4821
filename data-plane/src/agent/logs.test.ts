import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Logs, type LogsOptions } from "./logs.ts";

const ID = "iris";
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-logs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const noSignal = new AbortController().signal;
const whole = { tail: 100_000, follow: false, signal: noSignal };

function makeLogs(bounds: Partial<LogsOptions> = {}): Logs {
  return new Logs({
    folder,
    warn: (error) => {
      throw error;
    },
    ...bounds,
  });
}

/** A log of an earlier process, last changed `minute` minutes after the beginning of 2026. */
function anOldLog(name: string, { lines, minute }: { lines: string[]; minute: number }): void {
  mkdirSync(join(folder, ID), { recursive: true });
  const path = join(folder, ID, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  const time = new Date(Date.UTC(2026, 0, 1, 0, minute));
  utimesSync(path, time, time);
}

async function names(logs: Logs): Promise<string[]> {
  return (await logs.list(ID)).map(({ name }) => name);
}

test("lists what is on disk and in memory, changed last first, and nothing else of the folder", async () => {
  anOldLog("r1-0.log", { lines: ["old"], minute: 2 });
  anOldLog("r1-1.log.1", { lines: ["older"], minute: 1 });
  anOldLog("build-1.log", { lines: ["oldest"], minute: 0 });
  anOldLog("notes.txt", { lines: ["not a log"], minute: 9 });
  const logs = makeLogs();
  logs.open(ID, "r2-0").append("new");
  expect(await logs.list(ID)).toEqual([
    { name: "r2-0", kind: "replica", revision: 2, bytes: 29, changedAt: expect.any(String) },
    { name: "r1-0", kind: "replica", revision: 1, bytes: 4, changedAt: "2026-01-01T00:02:00.000Z" },
    { name: "r1-1", kind: "replica", revision: 1, bytes: 6, changedAt: "2026-01-01T00:01:00.000Z" },
    { name: "build-1", kind: "build", revision: 1, bytes: 7, changedAt: "2026-01-01T00:00:00.000Z" },
  ]);
});

test("of the logs that have ended the newest are kept, up to a number; what is open is not counted", async () => {
  const logs = makeLogs({ endedMax: 3 });
  for (let index = 0; index < 6; index += 1) logs.open(ID, `r1-${index}`).append("open");
  for (let revision = 2; revision < 8; revision += 1) {
    logs.open(ID, `build-${revision}`).append("ended");
    await logs.list(ID);
    logs.end(ID, revision);
    await new Promise((resolve) => setTimeout(resolve, 20)); // the files differ in time
  }
  const kept = await names(logs);
  expect(kept.filter((name) => name.startsWith("build"))).toEqual(["build-7", "build-6", "build-5"]);
  expect(kept.filter((name) => name.startsWith("r1-"))).toHaveLength(6);
  expect(readdirSync(join(folder, ID))).toHaveLength(9);
});

test("the logs that have ended are kept up to a size, the newest first", async () => {
  for (let minute = 0; minute < 5; minute += 1)
    anOldLog(`r1-${minute}.log`, { lines: ["x".repeat(999)], minute });
  const logs = makeLogs({ endedBytesMax: 2_500 });
  logs.open(ID, "r2-0").append("new");
  expect(await names(logs)).toEqual(["r2-0", "r1-4", "r1-3"]);
});

test("a log that is opened again is not pruned, and goes on after its last line", async () => {
  for (let minute = 0; minute < 3; minute += 1)
    anOldLog(`r1-${minute}.log`, { lines: [`before ${minute}`], minute });
  const logs = makeLogs({ endedMax: 1 });
  logs.open(ID, "r1-0").append("after");
  expect(await names(logs)).toEqual(["r1-0", "r1-2"]);
  const read = await logs.read(ID, "r1-0", whole);
  expect(read && (await text(read))).toMatch(/^before 0\n.* after\n$/);
});

test("together the lines of all logs stand in the order of their times, each with its log's name", async () => {
  const at = (second: number, words: string) => `2026-01-01T00:00:0${second}.000Z ${words}`;
  anOldLog("r1-0.log", { lines: [at(1, "a"), at(4, "d"), "a line without a time", at(6, "f")], minute: 0 });
  anOldLog("r2-0.log", { lines: [at(2, "b"), at(4, "e")], minute: 1 });
  anOldLog("build-2.log", { lines: [at(3, "c"), at(7, "g")], minute: 2 });
  const logs = makeLogs();
  const expected = [
    at(1, "r1-0 a"),
    at(2, "r2-0 b"),
    at(3, "build-2 c"),
    at(4, "r1-0 d"),
    "r1-0 a line without a time",
    at(4, "r2-0 e"),
    at(6, "r1-0 f"),
    at(7, "build-2 g"),
  ];
  // `d` and the line without a time have one time with `e`: which log comes first is open, its own order is not.
  const sorted = (await text(await logs.readTogether(ID, whole))).trimEnd().split("\n");
  expect([...sorted].sort()).toEqual([...expected].sort());
  expect(sorted.filter((line) => line.includes("r1-0"))).toEqual(
    expected.filter((line) => line.includes("r1-0")),
  );
  const times = sorted.map((line) => line.slice(0, 24)).filter((time) => time.endsWith("Z"));
  expect(times).toEqual([...times].sort());
  expect(await text(await logs.readTogether(ID, { ...whole, tail: 2 }))).toBe(
    `${at(6, "r1-0 f")}\n${at(7, "build-2 g")}\n`,
  );
});

test("who follows together gets every line once, also of logs that appear later, until leaving", async () => {
  const logs = makeLogs();
  const old = logs.open(ID, "r1-0");
  old.append("old 0;");
  const leaving = new AbortController();
  const stream = await logs.readTogether(ID, { tail: 10, follow: true, signal: leaving.signal });
  const later = logs.open(ID, "r2-0");
  logs.open("another", "r1-0").append("foreign;");
  for (let index = 1; index < 50; index += 1) {
    old.append(`old ${index};`);
    later.append(`new ${index};`);
  }
  leaving.abort();
  old.append("too late;");
  const lines = (await text(stream)).match(/r\d-0 .*;/g);
  const turns = Array.from({ length: 49 }, (_, index) => [
    `r1-0 old ${index + 1};`,
    `r2-0 new ${index + 1};`,
  ]);
  expect(lines).toEqual(["r1-0 old 0;", ...turns.flat()]);
});

test("when a deployment is removed its logs go and who follows them is let go; one that comes back begins anew", async () => {
  const logs = makeLogs();
  logs.open(ID, "r1-0").append("gone");
  const following = { tail: 10, follow: true, signal: noSignal };
  const [one, together] = [await logs.read(ID, "r1-0", following), await logs.readTogether(ID, following)];
  await logs.remove(ID);
  expect([one && (await text(one)), await text(together)]).toEqual([
    expect.stringContaining("gone"),
    expect.stringContaining("gone"),
  ]);
  expect(readdirSync(folder)).toEqual([]);
  logs.open(ID, "r1-0").append("back");
  const read = await logs.read(ID, "r1-0", whole);
  expect(read && (await text(read))).toMatch(/^\S+ back\n$/);
});

test("a close writes what waits and lets everybody go", async () => {
  const logs = makeLogs();
  logs.open(ID, "r1-0").append("last words");
  const stream = await logs.readTogether(ID, { tail: 0, follow: true, signal: noSignal });
  await logs.close();
  expect(await text(stream)).toBe("");
  const next = makeLogs();
  expect(await text((await next.readWhole(ID, "r1-0")) ?? Readable.from([]))).toContain("last words");
});

test.each(["../secrets.key", "r1-0/../../x", "r1", "build-", "", "r1-0.log"])(
  "'%s' is not the name of a log",
  async (name) => {
    const logs = makeLogs();
    expect(() => logs.open(ID, name)).toThrow("not the name of a log");
    expect([await logs.read(ID, name, whole), await logs.readWhole(ID, name)]).toEqual([
      undefined,
      undefined,
    ]);
  },
);

test("a deployment whose logs are being removed can be asked for them at the same time", async () => {
  for (let round = 0; round < 50; round++) {
    for (let index = 0; index < 5; index++) anOldLog(`r1-${index}.log`, { lines: ["x"], minute: index });
    const logs = makeLogs();
    const asked = logs.list(ID);
    await logs.remove(ID);
    expect((await asked).length).toBeLessThanOrEqual(5);
    expect(await names(logs)).toEqual([]);
  }
});
