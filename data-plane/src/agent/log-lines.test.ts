import { expect, test } from "vitest";
import { labelled, logLines, timeOf } from "./log-lines.ts";

const TIME = new Date("2026-11-24T14:03:00.120Z");

/** The kept lines of a text without their times. */
function kept(text: string): string[] {
  return logLines(text, TIME).map((line) => {
    expect(line.startsWith("2026-11-24T14:03:00.120Z ")).toBe(true);
    return line.slice(25);
  });
}

test("every line of a text has the time, also the empty ones between", () => {
  expect(kept("one\n\ntwo\r\nthree\rfour\n")).toEqual(["one\n", "\n", "two\n", "three\n", "four\n"]);
});

test.each([
  ["a colour", "\u001b[31mred\u001b[0m", "red"],
  ["an eight-bit colour", "\u009b31mred", "red"],
  ["a link and a window title", "\u001b]8;;http://x\u0007text\u001b]0;title\u0007", "text"],
  ["a cleared screen, a bell and a backspace", "a\u001b[2Jb\u0007\bc\u0000", "abc"],
  ["half of a sequence", "a\u001b", "a"],
  ["text that would be shown backwards", "a\u202eb\u2066c", "abc"],
])("%s is plain text in a log", (_, text, plain) => {
  expect(kept(text)).toEqual([`${plain}\n`]);
});

test("HTML, tabs and every language stay as they were printed", () => {
  const text = "<script>alert(1)</script>\t&amp; 價格 ä 🦊";
  expect(kept(text)).toEqual([`${text}\n`]);
});

test("a very long line is cut and says so", () => {
  const [line = ""] = kept("x".repeat(1e6));
  expect(line).toMatch(/^x{16384} … \(slipway: cut, the line is longer than 16384 characters\)\n$/);
});

test("among others a line has its log's name after the time", () => {
  const [line = ""] = logLines("text", TIME);
  expect(labelled("r1-0", line)).toBe("2026-11-24T14:03:00.120Z r1-0 text\n");
  expect(timeOf(labelled("r1-0", line))).toBe("2026-11-24T14:03:00.120Z");
  expect([timeOf("no time"), labelled("r1-0", "no time\n")]).toEqual([undefined, "r1-0 no time\n"]);
});
