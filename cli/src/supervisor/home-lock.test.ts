import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { makeHome } from "#config/home.ts";
import { lockHome } from "./home-lock.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-lock-"));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

test("a second supervisor on one home is refused, and told who has it", () => {
  const paths = makeHome(home);
  using _first = lockHome(paths, ["control", "data"]);
  expect(() => lockHome(paths, ["control"])).toThrow(`already runs on ${home} (process ${process.pid})`);
  expect(() => lockHome(paths, ["data"])).toThrow("SLIPWAY_HOME");
});

test("the two planes may have a supervisor each", () => {
  const paths = makeHome(home);
  using _control = lockHome(paths, ["control"]);
  using _data = lockHome(paths, ["data"]);
});

test("the lock lasts as long as its holder, handle or not, and goes with it, however that ends", async () => {
  const paths = makeHome(home);
  const script = join(home, "holder.mjs");
  writeFileSync(
    script,
    `import { lockHome } from ${JSON.stringify(join(import.meta.dirname, "home-lock.ts"))};
     lockHome(${JSON.stringify({ home, run: paths.run })}, ["control"]);
     globalThis.gc();
     process.send("locked"); setInterval(() => undefined, 1000);`,
  );
  const holder = fork(script, { execArgv: ["--expose-gc"] });
  onTestFinished(() => void holder.kill("SIGKILL"));
  await once(holder, "message");
  expect(() => lockHome(paths, ["control"])).toThrow(`process ${holder.pid}`);
  const exited = once(holder, "exit");
  holder.kill("SIGKILL");
  await exited;
  using _mine = lockHome(paths, ["control"]);
});
