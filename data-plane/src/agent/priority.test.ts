import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { mayRaise, Standing } from "./priority.ts";

/** Works until it gets a signal, then waits. */
const CODE = `
  let works = true;
  process.on("SIGUSR2", () => { works = false; });
  const work = () => { const until = Date.now() + 50; while (Date.now() < until); if (works) setImmediate(work); };
  work();
  setInterval(() => {}, 1e6);
`;
const LOOK_MS = 200;
const WITHIN = { timeout: 60_000, interval: LOOK_MS };

test("what a container leaves to its root decides, not the user's name", () => {
  const status = (capabilities: string) => `Uid:\t0\t0\t0\t0\nCapEff:\t${capabilities}\nSeccomp:\t0\n`;
  expect(mayRaise(status("000001ffffffffff"))).toBe(true);
  expect(mayRaise(status("0000000000800000"))).toBe(true);
  expect(mayRaise(status("00000000a80425fb"))).toBe(false);
  expect(mayRaise(status("0000000000000000"))).toBe(false);
  expect(mayRaise("")).toBe(false);
});

test.runIf(process.platform === "linux" && mayRaise(readFileSync("/proc/self/status", "utf8")))(
  "a worker that keeps a core busy stands behind the others until it has less to do",
  async () => {
    const child = spawn(process.execPath, ["-e", CODE], { stdio: "ignore" });
    try {
      const pid = child.pid ?? 0;
      const standing = new Standing(pid);
      const look = async () => {
        await standing.look();
        return getPriority(pid);
      };
      expect(await look()).toBe(0);
      await expect.poll(look, WITHIN).toBe(5);
      child.kill("SIGUSR2");
      await expect.poll(look, WITHIN).toBe(0);
      child.kill("SIGKILL");
      await delay(LOOK_MS);
      await standing.look();
    } finally {
      child.kill("SIGKILL");
    }
  },
);
