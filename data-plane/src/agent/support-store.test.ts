import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Failure } from "./failure.ts";
import { SupportStore } from "./support-store.ts";

const PYTHON = { path: "/usr/bin/python3", version: "3.11.2", reachable: true };
let folder: string;
let refused: string[];
let told: string[];
let store: SupportStore;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  folder = mkdtempSync(join(tmpdir(), "slp-"));
  refused = [];
  told = [];
  const installInto = async (target: string, { packages }: { packages: readonly string[] }) => {
    if (packages.some((name) => refused.some((start) => name.startsWith(start)))) {
      throw new Failure("EnvironmentFailed", "no network");
    }
    mkdirSync(target);
    writeFileSync(join(target, "installed.txt"), packages.join());
  };
  store = new SupportStore({ folder, uv: { installInto } });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const ensure = () => store.ensure(PYTHON, (line) => told.push(line));

test("what cannot be installed is left out, and tried again later", async () => {
  refused = ["pysimdjson"];
  const least = await ensure();
  expect(least).toContain("orjson");
  expect(least).not.toContain("pysimdjson");
  expect(told.join()).toContain("without orjson>=3.10,<4 and pysimdjson>=7,<8, more slowly");
  refused = [];
  expect(await ensure()).toBe(least);
  vi.advanceTimersByTime(11 * 60_000);
  expect(await ensure()).toContain("pysimdjson");
  expect(await readdir(folder)).toHaveLength(2);
});

test("without any of them the worker is started without a folder", async () => {
  refused = ["orjson"];
  expect(await ensure()).toBeNull();
  expect(told).toHaveLength(2);
  expect(await ensure()).toBeNull();
  expect(told).toHaveLength(2);
  vi.advanceTimersByTime(11 * 60_000);
  refused = [];
  expect(await ensure()).toContain("pysimdjson");
});
