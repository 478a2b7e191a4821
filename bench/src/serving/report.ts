/** The report of a run in Markdown. Pure: what it says comes from the facts and from what is told about the run. */
import { readable } from "#report/figures.ts";
import { table } from "#report/markdown.ts";
import {
  type Cell,
  gridCells,
  MAIN_CELLS,
  MODEL_TITLES,
  MODELS,
  type ModelName,
  SIDE_TITLES,
  SIDES,
} from "./cells.ts";
import { NEIGHBOURS } from "./neighbours.ts";
import { SLIPWAY_STARTS } from "./slipway-starts.ts";
import type { CellSummary, Summary } from "./summary.ts";
import { megabytes, verdicts } from "./verdicts.ts";

/** Somebody else's load beyond this share of a core makes a cell doubtful. */
const NOISY_CORES = 0.3;

export interface RunFacts {
  date: string;
  machine: string;
  /** One line a name. */
  versions: readonly string[];
  command: string;
  commit: string;
}

/** The whole report. */
export function report(summary: Summary, run: RunFacts): string {
  return [
    runSection(summary, run),
    "### Goals",
    goalsTable(summary),
    ...MODELS.flatMap((model) => modelSection(summary, model)),
    "### First answers",
    startsTable(summary),
    slipwayStartsTable(summary),
    "### Memory",
    memoryTable(summary),
    "### Isolation",
    isolationTable(summary),
    ...wrongSection(summary),
  ].join("\n\n");
}

/** The goals, and how far they are reached; of a partial run only those that it measured. */
export function goalsTable(summary: Summary, { partial = false } = {}): string {
  const words = { true: "met", false: "**not met**", undefined: "not measured" };
  const shown = verdicts(summary).filter(({ met }) => !partial || met !== undefined);
  const rows = shown.map(({ work, goal, measured, met }) => [work, goal, measured, words[`${met}`]]);
  return table(["work", "goal", "measured", ""], rows, 4);
}

function runSection(summary: Summary, { date, machine, versions, command, commit }: RunFacts): string {
  const generator = summary.of("generator")[0];
  const lines = [
    `Measured on ${date}, commit ${commit}, by \`${command}\`.`,
    `Machine: ${machine}.`,
    `Versions: ${versions.join(", ")}.`,
    ...(generator === undefined
      ? []
      : [
          `The load generator (${generator.callers} callers, one row) reaches ${readable(generator.perSecond)} requests/s against a server that does nothing, and takes ${readable(generator.cpuUsPerRequest)} µs of a core for each.`,
        ]),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

function modelSection(summary: Summary, model: ModelName): string[] {
  const cells = [...MAIN_CELLS, ...gridCells("full")]
    .filter((cell) => cell.model === model && summary.cells(cell).length > 0)
    .sort((a, b) => a.rows - b.rows || a.callers - b.callers || a.encoding.localeCompare(b.encoding));
  if (cells.length === 0) return [];
  return [`### ${model}: ${MODEL_TITLES[model]}`, ...cells.flatMap((cell) => cellSection(summary, cell))];
}

function cellSection(summary: Summary, cell: Cell): string[] {
  const { rows, callers, encoding } = cell;
  const title = `**${rows} row${rows === 1 ? "" : "s"}, ${callers} caller${callers === 1 ? "" : "s"}${encoding === "binary" ? ", binary tensors (against the others' JSON)" : ""}**`;
  const base = summary.bestMlflow(cell);
  const peer = summary.bestPeer(cell);
  const others = encoding === "binary" ? [base, peer].filter((each) => each !== undefined) : [];
  const sides = [...summary.cells(cell), ...others];
  const head = ["", "requests/s", "× best MLflow", "p50 ms", "p99 ms", "CPU µs/request", "rounds"];
  return [
    title,
    table(
      head,
      sides.map((side) => cellRow(side, base)),
    ),
  ];
}

function cellRow(side: CellSummary, base: CellSummary | undefined): string[] {
  const marks = [
    ...(side.failed > 0 ? [`${side.failed} failed`] : []),
    ...(side.otherCores > NOISY_CORES ? [`others used ${side.otherCores.toFixed(1)} cores`] : []),
  ];
  return [
    `${SIDE_TITLES[side.side]}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}`,
    `${readable(side.perSecond)} (${readable(side.perSecondMin)}–${readable(side.perSecondMax)})`,
    base === undefined ? "–" : readable(side.perSecond / base.perSecond),
    readable(side.p50Ms),
    readable(side.p99Ms),
    readable(side.cpuUs),
    String(side.rounds),
  ];
}

function startsTable(summary: Summary): string {
  const models = MODELS.filter((model) => summary.of("start").some((fact) => fact.model === model));
  const rows = SIDES.filter((side) => summary.of("start").some((fact) => fact.side === side)).map((side) => [
    side === "slipway" ? "Slipway: a first deployment" : SIDE_TITLES[side],
    ...models.map((model) => readable(summary.startSeconds(side, model))),
  ]);
  return `Seconds from the start of the server until its first right answer; of Slipway, from the request to deploy (the first of them also builds the environment).\n\n${table(["", ...models], rows)}`;
}

function slipwayStartsTable(summary: Summary): string {
  const rows = Object.entries(SLIPWAY_STARTS).map(([what, words]) => [
    words,
    readable(summary.slipwayStartSeconds(what)),
  ]);
  return table(["Slipway, logistic regression, median", "seconds"], rows);
}

function memoryTable(summary: Summary): string {
  const facts = summary.of("memory");
  const models = MODELS.filter((model) => facts.some((fact) => fact.model === model));
  const row = (side: string, bytesOf: (model: ModelName) => number | undefined): string[] => [
    side,
    ...models.map((model) => megabytes(bytesOf(model) ?? Number.NaN)),
  ];
  const find = (side: string, model: ModelName) =>
    facts.find((fact) => fact.side === side && fact.model === model);
  const rows = SIDES.filter((side) => facts.some((fact) => fact.side === side)).map((side) =>
    row(
      side === "slipway" ? "Slipway: data plane and workers" : SIDE_TITLES[side],
      (model) => find(side, model)?.bytes,
    ),
  );
  const whole = row(
    "Slipway: with control plane, PostgreSQL and supervisor",
    (model) => find("slipway", model)?.wholeBytes,
  );
  const perModel = `20 small models: ${megabytes(summary.bytesPerModel("slipway") * 20)} on Slipway (data plane and workers), ${megabytes(summary.bytesPerModel("mlflow") * 20)} as MLflow servers (as shipped; three were measured, multiplied).`;
  return `PSS of all processes, after the load.\n\n${table(["", ...models], [...rows, whole])}\n\n${perModel}`;
}

function isolationTable(summary: Summary): string {
  const named = [
    ["nothing", "alone"],
    ...NEIGHBOURS.map(({ model, rows, callers }) => [
      model,
      `beside ${model}, ${rows} rows, ${callers} callers`,
    ]),
  ] as const;
  const rows = named.map(([neighbour = "", words = ""]) => {
    const { p50Ms, p99Ms, failed, perSecond } = summary.isolation(neighbour);
    return [
      words,
      readable(p50Ms),
      readable(p99Ms),
      String(failed),
      perSecond > 0 ? readable(perSecond) : "",
    ];
  });
  return `50 requests/s to the logistic regression, sent at fixed times.\n\n${table(["", "p50 ms", "p99 ms", "failed", "neighbour's requests/s"], rows)}`;
}

function wrongSection(summary: Summary): string[] {
  const facts = summary.of("wrong");
  if (facts.length === 0) return [];
  const lines = facts.map(
    ({ side, model, encoding, reason }) =>
      `- ${SIDE_TITLES[side]}, ${model}, ${encoding}: ${reason.split("\n", 1)[0]?.slice(0, 300)}`,
  );
  return ["### Not timed", lines.join("\n")];
}

/** Names the cells whose machine was busy with something else, for the terminal. */
export function noisyCells(summary: Summary): string[] {
  return summary
    .of("cell")
    .filter(({ otherCores, stolenCores }) => otherCores + stolenCores > NOISY_CORES)
    .map(
      ({ side, cell, round, otherCores }) =>
        `${side} ${cell} round ${round + 1}: others used ${otherCores.toFixed(2)} cores`,
    );
}
