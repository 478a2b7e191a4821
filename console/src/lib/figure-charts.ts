/** Which charts show a deployment's figures: their lines, how a value is written, what they say in one sentence. */
import type { DeploymentFigures, FigurePoint } from "@slipway/contracts/api/figures";
import { latencyUpperMs } from "@slipway/contracts/latency-buckets";
import { formatBytes, formatLatency, formatNumber, MISSING, plural } from "./format.ts";

/** Names of the theme's colours. */
export type LineColour = "blue" | "teal" | "orange" | "grape" | "red" | "gray";

/** One line of a chart, with a value (or none) for each time. */
export interface ChartLine {
  label: string;
  colour: LineColour;
  shape: "line" | "steps" | "bars";
  values: (number | null)[];
}

/** One chart over the times of the window. */
export interface FigureChart {
  key: string;
  title: string;
  /** What is drawn, with its unit. */
  note: string;
  lines: ChartLine[];
  format: (value: number) => string;
  /** How a value is written beside the axis. */
  tick: (value: number) => string;
  /** More of one time, for people. */
  detail?: (index: number) => string | null;
}

type Value = (point: FigurePoint) => number | null;

const SHORTEST_MS = latencyUpperMs(0);

/** So many revisions can be told apart in one chart. */
export const REVISIONS_SHOWN_MAX = 5;
const REVISION_COLOURS: LineColour[] = ["blue", "orange", "teal", "grape", "gray"];

const REQUESTS = {
  key: "requests",
  title: "Requests",
  note: "per second",
  format: formatNumber,
  tick: formatNumber,
};
const FAILURES = {
  key: "failures",
  title: "Failed",
  note: "share of the requests",
  format: formatPercent,
  tick: formatPercent,
};
const LATENCY = { key: "latency", title: "Latency", format: formatQuantile, tick: formatLatency };
const WAITING = { key: "waiting", title: "Waiting time", format: formatQuantile, tick: formatLatency };
const BATCHES = { key: "batches", title: "Batches", format: formatNumber, tick: formatNumber };
const REPLICAS = {
  key: "replicas",
  title: "Replicas",
  note: "ready at most",
  format: formatNumber,
  tick: formatWhole,
};
const COLD_STARTS = {
  key: "cold-starts",
  title: "Cold starts",
  note: "replicas that were started",
  format: formatNumber,
  tick: formatWhole,
};
const MEMORY = {
  key: "memory",
  title: "Memory",
  note: "resident, of the largest replica",
  format: formatBytes,
  tick: formatBytes,
};

/** The charts of all revisions together. */
export function chartsOf({ points }: DeploymentFigures): FigureChart[] {
  const line = (label: string, colour: LineColour, value: Value, shape: ChartLine["shape"] = "line") => ({
    label,
    colour,
    shape,
    values: points.map(value),
  });
  return [
    {
      ...REQUESTS,
      lines: [
        line("all", "blue", perSecond("requests")),
        line("refused (4xx)", "orange", perSecond("refused")),
        line("failed (5xx)", "red", perSecond("failed")),
      ],
    },
    {
      ...LATENCY,
      note: "of served requests, at the gateway",
      lines: [
        line("p50", "blue", ({ p50Ms }) => p50Ms),
        line("p95", "orange", ({ p95Ms }) => p95Ms),
        line("p99", "grape", ({ p99Ms }) => p99Ms),
      ],
    },
    {
      ...WAITING,
      note: "for a replica, part of the latency",
      lines: [
        line("p50", "blue", ({ queueP50Ms }) => queueP50Ms),
        line("p95", "orange", ({ queueP95Ms }) => queueP95Ms),
      ],
    },
    {
      ...BATCHES,
      note: "answered by one call of predict, on average",
      lines: [
        line("rows", "blue", ({ rowsPerBatch }) => rowsPerBatch),
        line("requests", "orange", ({ requestsPerBatch }) => requestsPerBatch),
      ],
    },
    {
      ...REPLICAS,
      title: "Replicas and cold starts",
      note: "ready at most; started",
      lines: [
        line("cold starts", "orange", ({ coldStarts }) => coldStarts, "bars"),
        line("replicas", "blue", ({ replicas }) => replicas, "steps"),
      ],
      detail: (index) => coldStartWords(points[index]),
    },
    { ...MEMORY, lines: [line("memory", "blue", ({ memoryBytes }) => memoryBytes, "steps")] },
  ];
}

/** The charts that compare revisions: of each figure the one that tells most. */
export function chartsByRevision(
  revisions: { revision: number; figures: DeploymentFigures }[],
): FigureChart[] {
  const lines = (value: Value, shape: ChartLine["shape"] = "line"): ChartLine[] =>
    revisions.map(({ revision, figures }, index) => ({
      label: revisionLabel(revision),
      colour: REVISION_COLOURS[index % REVISION_COLOURS.length] ?? "gray",
      shape,
      values: figures.points.map(value),
    }));
  return [
    { ...REQUESTS, lines: lines(whileThere(perSecond("requests"))) },
    { ...FAILURES, lines: lines(({ errorRate }) => (errorRate === null ? null : errorRate * 100)) },
    { ...LATENCY, note: "p95 of served requests, at the gateway", lines: lines(({ p95Ms }) => p95Ms) },
    { ...WAITING, note: "p95, for a replica", lines: lines(({ queueP95Ms }) => queueP95Ms) },
    {
      ...BATCHES,
      note: "rows of one call of predict, on average",
      lines: lines(({ rowsPerBatch }) => rowsPerBatch),
    },
    {
      ...REPLICAS,
      lines: lines(
        whileThere(({ replicas }) => replicas),
        "steps",
      ),
    },
    { ...COLD_STARTS, lines: lines(({ coldStarts }) => coldStarts, "bars") },
    { ...MEMORY, lines: lines(({ memoryBytes }) => memoryBytes, "steps") },
  ];
}

/** Without a single value, or with nothing but zeros, a chart has nothing to show. */
export function hasSomething({ lines }: FigureChart): boolean {
  return lines.some(({ values }) => values.some((value) => value !== null && value !== 0));
}

/** What a chart shows, in words: `Latency: p50 12 ms now, at most 40 ms; p95 …`. */
export function describeChart({ title, note, lines, format }: FigureChart): string {
  const parts = lines.map(({ label, values }) => {
    const told = values.filter((value) => value !== null);
    if (told.length === 0) return `${label} without a value`;
    return `${label} ${format(told.at(-1) ?? 0)} last, at most ${format(Math.max(...told))}`;
  });
  return `${title} (${note}): ${parts.join("; ")}.`;
}

/** `revision 3`, or what stands for requests that none could take. */
export function revisionLabel(revision: number): string {
  return revision === 0 ? "no revision" : `revision ${revision}`;
}

/** How long cold starts took, if there were any. */
export function coldStartWords(
  point: Pick<FigurePoint, "coldStarts" | "coldStartMsMean" | "coldStartMsMax"> | undefined,
): string | null {
  if (point === undefined || point.coldStartMsMean === null || point.coldStartMsMax === null) return null;
  const mean = formatLatency(point.coldStartMsMean);
  return point.coldStarts === 1
    ? `the start took ${mean}`
    : `${plural(point.coldStarts, "start")} took ${mean} on average, ${formatLatency(point.coldStartMsMax)} at most`;
}

/** Before a revision was made and after it has ended there is nothing to tell. */
function whileThere(value: Value): Value {
  return (point) => (point.requests === 0 && point.replicas === 0 ? null : value(point));
}

function perSecond(what: "requests" | "refused" | "failed"): Value {
  return (point) => (point.requests === 0 ? 0 : (point.requestsPerSecond * point[what]) / point.requests);
}

/** A value or the sign for none. */
export function written(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? MISSING : format(value);
}

/** Writes a quantile of times; the shortest are not told apart. */
export function formatQuantile(ms: number): string {
  return ms <= SHORTEST_MS ? `≤ ${formatLatency(SHORTEST_MS)}` : formatLatency(ms);
}

function formatPercent(value: number): string {
  return `${formatNumber(value)} %`;
}

/** Beside the axis of what is counted there is nothing between two whole numbers. */
function formatWhole(value: number): string {
  return Number.isInteger(value) ? formatNumber(value) : "";
}
