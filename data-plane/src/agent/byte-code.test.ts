import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ByteCode } from "./byte-code.ts";

let folder: string;
let ran: string[];
let byteCode: ByteCode;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slp-"));
  ran = [];
  byteCode = new ByteCode((spec) => {
    ran.push(spec.input ?? "");
    return Promise.resolve({ ok: true, timedOut: false, out: "", error: "" });
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function listed(file: string): string {
  const path = join(folder, "listed.txt");
  writeFileSync(join(folder, file), "");
  writeFileSync(path, join(folder, file));
  return path;
}

test("of many workers that start in a new environment one names all files", async () => {
  expect(byteCode.toName(folder, "a")).toBe("all");
  expect(byteCode.toName(folder, "b")).toBe("new");
  await byteCode.compile(folder, "a", { names: "all", listPath: listed("module.py") });
  expect(ran).toEqual([`${join(folder, "module.py")}\n`]);
  expect(byteCode.toName(folder, "a")).toBe("none");
  expect(byteCode.toName(folder, "b")).toBe("new");
});

test("after a worker that ended too early, or named nothing, another one names all", async () => {
  expect(byteCode.toName(folder, "a")).toBe("all");
  byteCode.ended(folder, "all");
  expect(byteCode.toName(folder, "b")).toBe("all");
  await byteCode.compile(folder, "b", { names: "all", listPath: join(folder, "not-there.txt") });
  expect(byteCode.toName(folder, "c")).toBe("all");
  expect(ran).toEqual([]);
});

test("what others have named meanwhile does not stand for all", async () => {
  expect(byteCode.toName(folder, "bad")).toBe("all");
  expect(byteCode.toName(folder, "good")).toBe("new");
  await byteCode.compile(folder, "good", { names: "new", listPath: listed("module.py") });
  expect(byteCode.toName(folder, "other")).toBe("new");
  byteCode.ended(folder, "all");
  expect(byteCode.toName(folder, "good")).toBe("none");
  expect(byteCode.toName(folder, "other")).toBe("all");
});
