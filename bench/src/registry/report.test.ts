import { expect, test } from "vitest";
import { goalsTable } from "./report.ts";
import type { RegistryResults } from "./results.ts";

function results(changes: Partial<RegistryResults> = {}): RegistryResults {
  const page = { versions: 10, pages: 5, p50Ms: 20, slowest: "", requestsPerPage: 2 };
  return {
    indexing: { listedMs: 1, wholeMs: 2, requests: 3, mlflowCpuMs: 1, mlflowCores: 0.5 },
    memory: { controlPlaneBytes: 1, databaseBytes: 1 },
    pages: [
      { ...page, table: "largest", p95Ms: 99 },
      { ...page, table: "others", p95Ms: 101 },
    ],
    client: { ms: [2_100, 1_900] },
    paints: [{ page: "Slipway", ms: 900 }],
    appearance: { apiMs: [100], pageMs: [4_000, 5_001] },
    ...changes,
  };
}

test("each goal is held against its own figure", () => {
  const lines = goalsTable(results()).split("\n").slice(2);
  const met = lines.map((line) => [line.split("|")[1]?.trim(), !line.includes("not met")]);
  expect(met).toEqual([
    ["any sort, filter and page: largest", true],
    ["any sort, filter and page: others", false],
    ["requests to MLflow in its path", true],
    ["painted", true],
    ["against MLflow's client", true],
    ["a new version is shown", false],
  ]);
  expect(goalsTable(results({ client: { ms: [1_980] } }))).toContain("99.0 × | **not met**");
});
