import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeHome } from "#config/home.ts";
import { endOrphans, writeRecord } from "./process-record.ts";
import { isAlive } from "./process-table.ts";

let home: string;
let child: ChildProcess;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "slipway-orphans-"));
  child = spawn("sleep", ["600"], { detached: true, stdio: "ignore", env: { SLIPWAY_HOME: home } });
  await once(child, "spawn");
});

afterEach(() => {
  child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

test("what an earlier supervisor left behind is found and ended", async () => {
  const paths = makeHome(home);
  writeRecord(paths.run, "mlflow", child.pid as number, "SIGTERM");
  const exited = once(child, "exit");
  expect(await endOrphans(paths, ["mlflow"])).toEqual(["mlflow"]);
  await exited;
  expect(await endOrphans(paths, ["mlflow"])).toEqual([]);
});

test("a process that only has the same number is left alone", async () => {
  const paths = makeHome(home);
  writeRecord(paths.run, "mlflow", child.pid as number, "SIGTERM");
  const file = join(paths.run, "mlflow.pid.json");
  const record = JSON.parse(readFileSync(file, "utf8"));
  rmSync(home, { recursive: true });
  makeHome(home);
  writeFileSync(file, JSON.stringify({ ...record, startMark: "1" }));
  // Its group is another's too: its environment names another home.
  expect(await endOrphans({ home: `${home}-other`, run: paths.run }, ["mlflow"])).toEqual([]);
  expect(isAlive(child.pid as number)).toBe(true);
  expect(existsSync(file)).toBe(false);
});

test("a record that was cut short names nobody", async () => {
  const paths = makeHome(home);
  writeFileSync(join(paths.run, "mlflow.pid.json"), '{"name":"mlf');
  expect(await endOrphans(paths, ["mlflow"])).toEqual([]);
});

test("records of another plane's processes are not touched", async () => {
  const paths = makeHome(home);
  writeRecord(paths.run, "data-plane", child.pid as number, "SIGTERM");
  expect(await endOrphans(paths, ["control-plane"])).toEqual([]);
  expect(isAlive(child.pid as number)).toBe(true);
});
