import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatLatency,
  formatMetric,
  formatNumber,
  formatRelative,
  formatShare,
  formatUtc,
  plainLine,
} from "./format.ts";

describe("metrics", () => {
  it("keep four significant decimals and never show a small value as zero", () => {
    expect(formatMetric(0.973333333)).toBe("0.9733");
    expect(formatMetric(0.00123456)).toBe("0.001235");
    expect(formatMetric(0.0000001234)).toBe("1.234e-7");
    expect(formatMetric(-12.34567)).toBe("-12.3457");
    expect(formatMetric(123456.789)).toBe("123456.789");
    expect(formatMetric(3)).toBe("3");
    expect(formatMetric(0)).toBe("0");
    expect(formatMetric(1)).toBe("1");
    expect(formatMetric(1.5e12)).toBe("1500000000000");
  });
  it("say NaN, infinities and a missing value in words", () => {
    expect(["NaN", "Infinity", "-Infinity"].map((word) => formatMetric(word as "NaN"))).toEqual([
      "NaN",
      "∞",
      "−∞",
    ]);
    expect(formatMetric(undefined)).toBe("–");
  });
});

describe("sizes and times", () => {
  it("carry their unit", () => {
    expect(formatBytes(999)).toBe("999 B");
    expect(formatBytes(1500)).toBe("1.5 KB");
    expect(formatBytes(240_000_000)).toBe("240 MB");
    expect(formatDuration(12)).toBe("12 ms");
    expect(formatDuration(412)).toBe("0.4 s");
    expect(formatDuration(61_000)).toBe("1 min 1 s");
  });
  it("are relative to the given moment", () => {
    const now = Date.parse("2026-11-23T12:00:00Z");
    expect(formatRelative("2026-11-23T11:59:40Z", now)).toBe("just now");
    expect(formatRelative("2026-11-23T11:57:00Z", now)).toBe("3 minutes ago");
    expect(formatRelative("2026-11-22T11:00:00Z", now)).toBe("yesterday");
  });
});

it("log lines lose terminal escapes and overwritten text", () => {
  expect(plainLine("\u001b[32mINFO\u001b[0m ready\r")).toBe("INFO ready");
  expect(plainLine("10%\r90%")).toBe("90%");
  expect(plainLine("\u001b]8;;http://x\u0007link\u001b]8;;\u0007")).toBe("link");
});

it("a share that is not nothing is never written as nothing", () => {
  expect([formatShare(0, 10), formatShare(1, 5_000), formatShare(1, 250), formatShare(49, 50)]).toEqual([
    "0 %",
    "< 0.1 %",
    "0.4 %",
    "98 %",
  ]);
  expect(formatShare(0, 0)).toBe("0 %");
});

it("times are written in UTC", () => {
  expect(formatUtc("2026-11-24T14:03:00.987Z")).toBe("2026-11-24 14:03:00 UTC");
});

it("writes numbers with as many decimals as they need to say something", () => {
  const written = [0, 0.004, 0.25, 3, 12.34, 123.4, 12_345].map(formatNumber);
  expect(written).toEqual(["0", "< 0.01", "0.25", "3", "12.3", "123", "12,345"]);
});

it("writes latencies in milliseconds until they are seconds", () => {
  expect([0.5, 1, 9.96, 12.4, 999, 1_234].map(formatLatency)).toEqual([
    "0.5 ms",
    "1 ms",
    "10 ms",
    "12 ms",
    "999 ms",
    "1.2 s",
  ]);
});
