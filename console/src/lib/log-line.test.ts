import { expect, test } from "vitest";
import { findLines, markMatches, parseLogLine } from "./log-line.ts";

test("a line is taken apart into time, log and text", () => {
  expect(parseLogLine("2026-11-24T14:03:00.123Z iris-4-a1 loaded in 2 s", true)).toEqual({
    at: "2026-11-24T14:03:00.123Z",
    source: "iris-4-a1",
    text: "loaded in 2 s",
  });
  expect(parseLogLine("2026-11-24T14:03:00Z loaded in 2 s", false)).toEqual({
    at: "2026-11-24T14:03:00Z",
    source: null,
    text: "loaded in 2 s",
  });
});

test("a line without a time is kept as it is", () => {
  expect(parseLogLine("  File 'x.py', line 3", true).text).toBe("  File 'x.py', line 3");
  expect(parseLogLine("2026-11-24T14:03:00Z quiet", true)).toMatchObject({ source: "quiet", text: "" });
});

test("every place where a search is found is marked, and nothing is lost", () => {
  const parts = markMatches("Error: an ERROR (error)", "error");
  expect(parts.filter(({ found }) => found)).toHaveLength(3);
  expect(parts.map(({ text }) => text).join("")).toBe("Error: an ERROR (error)");
  expect(markMatches("a.b", ".").filter(({ found }) => found)).toHaveLength(1);
  expect(markMatches("", "x")).toEqual([{ start: 0, text: "", found: false }]);
});

test("a search finds lines by their text and by their log", () => {
  const lines = [
    { at: null, source: "iris-1", text: "ready" },
    { at: null, source: "iris-2", text: "[x]" },
  ];
  expect(findLines(lines, "IRIS-2")).toEqual([1]);
  expect(findLines(lines, "[x")).toEqual([1]);
  expect(findLines(lines, "")).toEqual([]);
});
