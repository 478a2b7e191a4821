import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { watchForStall } from "./stall-watch.ts";

test.skipIf(process.platform !== "linux")(
  "a process that waits is noticed, one that works is not",
  async () => {
    const [waits, works] = ["setInterval(() => {}, 1e6)", "for (;;);"].map((code) =>
      spawn(process.execPath, ["-e", code], { stdio: "ignore" }),
    );
    try {
      let worked = true;
      const end = watchForStall(works?.pid ?? 0, 2_000, () => (worked = false));
      await new Promise<void>((resolve) => void watchForStall(waits?.pid ?? 0, 2_000, resolve));
      expect(worked).toBe(true);
      end();
    } finally {
      for (const child of [waits, works]) child?.kill("SIGKILL");
    }
  },
);
