import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findPython } from "./python.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-python-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fakeInterpreter(name: string, version: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "${version} ${path}"\n`);
  chmodSync(path, 0o755);
  return path;
}

test("without Python the message says what is missing and how to get it", async () => {
  await expect(findPython(folder)).rejects.toThrow(
    /needs Python 3\.10 or newer.*none on the PATH.*apt-get install/,
  );
});

test("a Python that is too old is named", async () => {
  const path = fakeInterpreter("python3", "3 8 10");
  await expect(findPython(folder)).rejects.toThrow(`${path} is 3.8.10`);
});

test("a newer one beside an old python3 is found", async () => {
  fakeInterpreter("python3", "3 8 10");
  const path = fakeInterpreter("python3.12", "3 12 1");
  expect(await findPython(folder)).toEqual({ path, version: "3.12.1" });
});
