import { expect, test } from "vitest";
import { readWrkOutput } from "./wrk-output.ts";

const PRINTED = {
  requests: 1000,
  durationUs: 2_002_377,
  not200: 3,
  connectErrors: 1,
  readErrors: 2,
  writeErrors: 4,
  timeouts: 8,
  p50Us: 1022,
  p90Us: 1686,
  p99Us: 5879,
  maxUs: 40548,
};

function output(printed: Record<string, number>): string {
  return `Running 2s test @ http://127.0.0.1:18110/x
  1 threads and 64 connections
  Latency     1.10ms    0.90ms  40.55ms   96.18%
  Socket errors: connect 1, read 2, write 4, timeout 8
Requests/sec:  54202.11

rotate.lua ${JSON.stringify(printed)}
`;
}

test("answers other than 200 and every error of a connection are failures, not served requests", () => {
  const { served, failed } = readWrkOutput(output(PRINTED));
  expect(served).toBe(997);
  expect(failed).toBe(18);
});

test("durations and latencies come in the unit of their names", () => {
  expect(readWrkOutput(output(PRINTED))).toMatchObject({
    seconds: 2.002377,
    p50Ms: 1.022,
    p90Ms: 1.686,
    p99Ms: 5.879,
    maxMs: 40.548,
  });
});

test("output without the script's line is no measurement", () => {
  expect(() => readWrkOutput("unable to connect to 127.0.0.1:18110 Connection refused")).toThrow(
    "Connection refused",
  );
  expect(() => readWrkOutput(output({ requests: 1 }))).toThrow();
});
