import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeHome } from "#config/home.ts";
import { groupMembersOf, isAlive, isGroupRunning } from "./process-table.ts";
import { SupervisedProcess } from "./supervised-process.ts";
import { killGroup } from "./terminate.ts";

const PLANE = `
  process.send({ type: "ready" });
  process.on("message", ({ type }) => {
    if (type === "create-sign-in-token") process.send({ type: "sign-in-token", token: "t-" + process.pid });
  });
`;
/** Starts a child of its own that ignores polite signals, as a server with workers may. */
const PARENT = `
  import { spawn } from "node:child_process";
  import { writeFileSync } from "node:fs";
  const child = spawn("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 1; done"], { stdio: "ignore" });
  writeFileSync(process.argv[2], String(child.pid));
  setInterval(() => undefined, 1000);
`;
/** Ends at once, and leaves something behind that is no longer of its group and still has a word to say. */
const TALKER = `
  import { spawn } from "node:child_process";
  process.on("SIGTERM", () => {
    spawn("/bin/sh", ["-c", "sleep 0.2; echo last words"], { stdio: "inherit", detached: true });
    process.exit(0);
  });
  setInterval(() => undefined, 1000);
  process.send({ type: "ready" });
`;

let home: string;
let warnings: string[];
const started: SupervisedProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-supervisor-"));
  warnings = [];
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((supervised) => supervised.stop()));
  rmSync(home, { recursive: true, force: true });
});

function supervise(name: string, script: string, changes: object = {}): SupervisedProcess {
  const path = join(home, `${name}.mjs`);
  writeFileSync(path, script);
  const supervised = new SupervisedProcess(
    {
      name,
      command: [process.execPath, path],
      environment: { ...process.env, SLIPWAY_HOME: home },
      ready: "message",
      stopSignal: "SIGTERM",
      graceMs: 500,
      ...changes,
    },
    { ...makeHome(home), warn: (text) => warnings.push(text) },
  );
  started.push(supervised);
  return supervised;
}

test("a killed process is started again and answers", async () => {
  const plane = supervise("plane", PLANE);
  await plane.start();
  const first = plane.pid as number;
  process.kill(first, "SIGKILL");
  await vi.waitFor(() => expect(warnings).toContain("plane is back"), { timeout: 20_000 });
  const answer = await plane.ask({ type: "create-sign-in-token" }, "sign-in-token");
  expect(answer.token).toBe(`t-${plane.pid}`);
  expect(plane.pid).not.toBe(first);
});

test("whoever waits for readiness is told again after a restart", async () => {
  const onReady = vi.fn();
  const plane = supervise("plane", PLANE, { onReady });
  await plane.start();
  process.kill(plane.pid as number, "SIGKILL");
  await vi.waitFor(() => expect(onReady).toHaveBeenCalledTimes(2), { timeout: 20_000 });
});

test("what is written after the end of a process is still logged", async () => {
  const talker = supervise("talker", TALKER);
  await talker.start();
  await talker.stop();
  expect(readFileSync(join(home, "logs", "talker.log"), "utf8")).toBe("last words\n");
});

test("a stop leaves no process of the group behind, not even one that ignores it", async () => {
  const pidFile = join(home, "child.pid");
  const parent = supervise("parent", PARENT, {
    command: [process.execPath, join(home, "parent.mjs"), pidFile],
    ready: async () => readIfThere(pidFile) !== "",
  });
  await parent.start();
  const leader = parent.pid as number;
  const grandchild = Number(readFileSync(pidFile, "utf8"));
  expect(groupMembersOf(leader, home)).toContain(grandchild);
  await parent.stop();
  expect(isGroupRunning(leader)).toBe(false);
});

test("the workers of a killed leader are gone before it is started again", async () => {
  const pidFile = join(home, "child.pid");
  const parent = supervise("parent", PARENT, {
    command: [process.execPath, join(home, "parent.mjs"), pidFile],
    ready: async () => readIfThere(pidFile) !== "",
  });
  await parent.start();
  const leader = parent.pid as number;
  process.kill(leader, "SIGKILL");
  await vi.waitFor(() => expect(warnings.join()).toContain("starting it again"), { timeout: 20_000 });
  expect(isGroupRunning(leader)).toBe(false);
});

test("one that cannot start says so with the end of its log", async () => {
  const broken = supervise("broken", `console.error("the configuration is wrong"); process.exit(3);`);
  await expect(broken.start()).rejects.toThrow(
    /broken could not start \(exit code 3\)[\s\S]*the configuration is wrong/,
  );
});

test("a stop while it starts ends it", async () => {
  const slow = supervise("slow", "setInterval(() => undefined, 1000);");
  const start = slow.start();
  const refused = expect(start).rejects.toThrow(/stopped before it was ready/);
  await vi.waitFor(() => expect(slow.pid).toBeDefined());
  const pid = slow.pid as number;
  await slow.stop();
  await refused;
  expect(isAlive(pid)).toBe(false);
});

test("a program on the leash ends with its supervisor", async () => {
  const script = join(home, "supervisor.mjs");
  writeFileSync(
    script,
    `import { SupervisedProcess } from ${JSON.stringify(join(import.meta.dirname, "supervised-process.ts"))};
     const supervised = new SupervisedProcess(
       { name: "tail", command: ["tail", "-f", "/dev/null"], environment: { PATH: process.env.PATH, SLIPWAY_HOME: ${JSON.stringify(home)} },
         ready: async () => true, stopSignal: "SIGTERM", graceMs: 500 },
       { run: ${JSON.stringify(makeHome(home).run)}, logs: ${JSON.stringify(makeHome(home).logs)}, warn: console.error },
     );
     await supervised.start();
     process.send({ type: "sign-in-token", token: String(supervised.pid) });
     process.send({ type: "ready" });`,
  );
  const tail = Promise.withResolvers<number>();
  const { fork } = await import("node:child_process");
  const supervisor = fork(script, { execArgv: [] });
  supervisor.on("message", (message: { type: string; token?: string }) => {
    if (message.type === "sign-in-token") tail.resolve(Number(message.token));
  });
  const pid = await tail.promise;
  expect(isAlive(pid)).toBe(true);
  supervisor.kill("SIGKILL");
  await vi.waitFor(() => expect(groupMembersOf(pid, home)).not.toContain(pid), { timeout: 20_000 });
  await killGroup(pid);
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
