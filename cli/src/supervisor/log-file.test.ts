import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LogFile } from "./log-file.ts";

test("a log is bounded and keeps one older generation", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-log-"));
  try {
    using log = new LogFile(join(folder, "plane.log"), 100);
    for (let line = 0; line < 30; line += 1) log.write(Buffer.from(`line ${line}\n`));
    expect(statSync(log.path).size).toBeLessThanOrEqual(100);
    expect(statSync(`${log.path}.1`).size).toBeLessThanOrEqual(100);
    expect(readFileSync(log.path, "utf8")).toContain("line 29");
    expect(log.tail().split("\n").at(-1)).toBe("line 29");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
