import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FrozenRecord } from "./frozen-record.ts";
import { ProcessTree } from "./process-tree.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

function stateOf(pid: number): string | undefined {
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}

test.runIf(existsSync("/proc/self/stat"))(
  "a program is frozen with all that it has started, and what a killed run left frozen is ended",
  async () => {
    const path = join(folder, "frozen");
    const shell = spawn("/bin/sh", ["-c", "sleep 60 & echo started; wait"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(shell.stdout, "data");
    const tree = new ProcessTree(() => shell.pid);
    const pids = tree.pids();
    expect(pids).toHaveLength(2);
    const record = new FrozenRecord(path);
    record.freeze(tree);
    await expect.poll(() => pids.map(stateOf)).toEqual(["T", "T"]);
    record.thaw(tree);
    await expect.poll(() => pids.map(stateOf)).toEqual(["S", "S"]);
    record.freeze(tree);
    const ended = once(shell, "exit");
    new FrozenRecord(path).endLeftovers();
    await ended;
    await expect.poll(() => tree.pids()).toEqual([]);
  },
);
