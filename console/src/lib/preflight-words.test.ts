import type { PreflightFinding } from "@slipway/contracts/api/preflight";
import { expect, test } from "vitest";
import { partFindings, preflightLine } from "./preflight-words.ts";

function aFinding(level: PreflightFinding["level"], title: string): PreflightFinding {
  return { check: "files", level, title, detail: "", remedy: null };
}
const about = (status: "ready" | "warnings" | "blocked", findings: PreflightFinding[]) =>
  preflightLine({ status, findings, checkedAt: "2026-11-28T00:00:00Z", tookMs: 1 });

test("only what blocks is told where something does, else the warnings", () => {
  const warning = aFinding("warning", "It is slow");
  expect(about("blocked", [aFinding("error", "It is gone"), warning])).toBe("It is gone.");
  expect(about("warnings", [warning, aFinding("info", "It is old")])).toBe("It is slow.");
  expect(about("ready", [aFinding("info", "It is old")])).toBeNull();
});

test("a long list is cut", () => {
  const many = ["a", "b", "c", "d"].map((title) => aFinding("warning", title));
  expect(about("warnings", many)).toBe("a. b. c, and 1 more finding.");
});

test("what passed is apart from what is to be read", () => {
  const parts = partFindings([aFinding("error", "a"), aFinding("info", "b"), aFinding("ok", "c")]);
  expect(parts.open.map(({ title }) => title)).toEqual(["a", "b"]);
  expect(parts.passed.map(({ title }) => title)).toEqual(["c"]);
});
