import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { provideUv } from "./uv.ts";

const step = { note: () => undefined, progress: () => undefined };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-uv-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

test("the uv of the PATH is used", async () => {
  program("uv", 'echo "uv 0.12.0 (somewhere)"');
  expect(await provideUv(join(folder, "tools"), { step, searchPath: folder })).toBe(join(folder, "uv"));
});

test("a Python that can install nothing gets a message that says what to install", async () => {
  // Debian's python3 without python3-pip and python3-venv.
  program("python3", `case "$2" in *executable*) echo "3 11 2 ${folder}/python3" ;; *) exit 1 ;; esac`);
  await expect(provideUv(join(folder, "tools"), { step, searchPath: folder })).rejects.toThrow(
    /neither pip nor ensurepip.*apt-get install python3-venv/,
  );
});

test("what fails to install says why", async () => {
  program(
    "python3",
    `case "$*" in *executable*) echo "3 11 2 ${folder}/python3" ;; *"import pip"*) exit 0 ;;
     *) echo "Failed to establish a new connection: Network is unreachable"; exit 1 ;; esac`,
  );
  await expect(provideUv(join(folder, "tools"), { step, searchPath: folder })).rejects.toThrow(
    /Installing uv failed. The Python package index could not be reached/,
  );
});
