/** The report of a run in Markdown. Pure: what it says comes from the results and from what is told about the run. */
import { median, readable } from "#report/figures.ts";
import { table } from "#report/markdown.ts";
import type { RegistryResults } from "./results.ts";

export interface RunFacts {
  date: string;
  machine: string;
  versions: string;
  command: string;
  commit: string;
  registry: string;
}

/** The whole report. */
export function report(results: RegistryResults, run: RunFacts): string {
  const { indexing, memory, pages, client, paints, appearance } = results;
  return [
    `- Measured on ${run.date}, commit ${run.commit}, by \`${run.command}\`.\n- Machine: ${run.machine}.\n- ${run.versions}. ${run.registry}`,
    "### Goals of the registry",
    goalsTable(results),
    "### Pages on the server",
    table(
      ["table", "versions", "pages", "p50, ms", "p95, ms", "requests to MLflow a page"],
      pages.map((each) => [
        ...[each.table, each.versions.toLocaleString("en"), `${each.pages}`, readable(each.p50Ms)],
        ...[readable(each.p95Ms), readable(each.requestsPerPage)],
      ]),
    ),
    "### Until it is on the screen",
    table(
      ["the versions of the largest model", "ms"],
      [
        ...paints.map(({ page, ms }) => [`${page} page, painted`, readable(ms)]),
        ["a program with MLflow's client, which paints nothing", readable(median(client.ms))],
      ],
    ),
    "### A new version",
    table(
      ["from its registration in MLflow", "median, ms", "slowest, ms"],
      [
        ["until the API lists it with its metric", ...spread(appearance.apiMs)],
        ["until an open page shows it", ...spread(appearance.pageMs)],
      ],
    ),
    "### The first indexing",
    table(
      ["", "measured"],
      [
        ["every version listed", `${readable(indexing.listedMs / 1_000)} s`],
        ["parameters and metrics of all read", `${readable(indexing.wholeMs / 1_000)} s`],
        ["requests to MLflow", indexing.requests.toLocaleString("en")],
        [
          "processor time of MLflow",
          `${readable(indexing.mlflowCpuMs / 1_000)} s, ${readable(indexing.mlflowCores)} of a core`,
        ],
        ["memory of the control plane afterwards", megabytes(memory.controlPlaneBytes)],
        ["memory of its PostgreSQL", megabytes(memory.databaseBytes)],
      ],
    ),
  ].join("\n\n");
}

/** The goals, and how far they are reached. */
export function goalsTable({ pages, client, paints, appearance }: RegistryResults): string {
  const rows: [work: string, goal: string, measured: string, met: boolean][] = pages.map((each) => [
    `any sort, filter and page: ${each.table}`,
    "p95 < 100 ms",
    `${readable(each.p95Ms)} ms`,
    each.p95Ms < 100,
  ]);
  const requests = Math.max(...pages.map((each) => each.requestsPerPage));
  rows.push(["requests to MLflow in its path", "at most 2", readable(requests), requests <= 2.05]);
  const painted = paints.find(({ page }) => page === "Slipway")?.ms ?? Number.NaN;
  rows.push(["painted", "< 1 s", `${readable(painted)} ms`, painted < 1_000]);
  const [largest] = pages;
  const ratio = median(client.ms) / (largest?.p50Ms ?? Number.NaN);
  rows.push(["against MLflow's client", "100 ×", `${readable(ratio)} ×`, ratio >= 100]);
  const slowest = Math.max(...appearance.apiMs, ...appearance.pageMs);
  rows.push(["a new version is shown", "within 5 s", `${readable(slowest / 1_000)} s`, slowest <= 5_000]);
  return table(
    ["work", "goal", "measured", ""],
    rows.map(([work, goal, measured, met]) => [work, goal, measured, met ? "met" : "**not met**"]),
    4,
  );
}

function spread(values: number[]): string[] {
  return [readable(median(values)), readable(Math.max(...values))];
}

function megabytes(bytes: number): string {
  return `${readable(bytes / 1024 ** 2)} MiB`;
}
