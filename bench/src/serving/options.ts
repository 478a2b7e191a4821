/** What `npm run bench -- serving` may be told. */
import { Refusal } from "@slipway/cli/terminal/refusal";
import { count, readWords } from "#setup/words.ts";
import { GRIDS, type Grid, MODELS, type ModelName, SIDES, type SideName } from "./cells.ts";

/** Measurements beside the loads. */
export const EXTRAS = ["cold-starts", "density", "isolation"] as const;
export type Extra = (typeof EXTRAS)[number];

export interface Options {
  models: readonly ModelName[];
  sides: readonly SideName[];
  /** Of the cells that a goal is set for, and of the others. */
  rounds: number;
  gridRounds: number;
  seconds: number;
  gridSeconds: number;
  grid: Grid;
  extras: readonly Extra[];
  resume: boolean;
  help: boolean;
}

export const HELP = `npm run bench -- serving [options]

  --models a,b      of ${MODELS.join(", ")}
  --peers a,b       of ${SIDES.filter((side) => side !== "slipway").join(", ")}; none: Slipway alone
  --only a,b        parts: loads, ${EXTRAS.join(", ")}
  --rounds n        of the cells that a goal is set for, and one of the text model (3)
  --seconds n       of each of them (3)
  --grid g          the other cells: ${GRIDS.join(", ")} (default)
  --grid-rounds n   their rounds (1)
  --grid-seconds n  of each of them (2)
  --quick           one round of 1 s of the goals' cells: tells whether everything works, measures nothing
  --resume          go on with the run that was interrupted, with the same options
`;

const DEFAULTS = { rounds: 3, gridRounds: 1, seconds: 3, gridSeconds: 2, grid: "default" as Grid };
const QUICK = { rounds: 1, gridRounds: 1, seconds: 1, gridSeconds: 1, grid: "none" as Grid };

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const WORDS = {
  ...{ models: text, peers: text, only: text, rounds: text, seconds: text, grid: text },
  ...{ "grid-rounds": text, "grid-seconds": text, quick: flag, resume: flag, help: flag },
};

/** Reads the words of the command line. @throws Refusal naming the one that is wrong. */
export function readOptions(words: readonly string[]): Options {
  const values = readWords(words, WORDS, HELP);
  const base = values.quick ? QUICK : DEFAULTS;
  const parts = choose("only", ["loads", ...EXTRAS] as const, values.only);
  const peers = values.peers === "none" ? [] : choose("peers", SIDES, values.peers);
  return {
    models: parts.includes("loads") ? choose("models", MODELS, values.models) : [],
    sides: SIDES.filter((side) => side === "slipway" || peers.includes(side)),
    rounds: count("rounds", values.rounds, base.rounds),
    gridRounds: count("grid-rounds", values["grid-rounds"], base.gridRounds),
    seconds: count("seconds", values.seconds, base.seconds),
    gridSeconds: count("grid-seconds", values["grid-seconds"], base.gridSeconds),
    grid: values.grid === undefined ? base.grid : (choose("grid", GRIDS, values.grid)[0] ?? base.grid),
    extras: EXTRAS.filter((extra) => parts.includes(extra)),
    resume: values.resume ?? false,
    help: values.help ?? false,
  };
}

/** Whether everything is measured that belongs into the published table, often enough. */
export function isWhole({ models, sides, rounds, extras }: Options): boolean {
  return (
    models.length === MODELS.length &&
    sides.length === SIDES.length &&
    rounds >= 3 &&
    extras.length === EXTRAS.length
  );
}

/** The members of a list that were named; all where nothing was said. */
function choose<T extends string>(option: string, all: readonly T[], named: string | undefined): T[] {
  if (named === undefined) return [...all];
  const words = named.split(",");
  const wrong = words.find((word) => !all.some((each) => each === word));
  if (wrong !== undefined)
    throw new Refusal(`--${option} knows no '${wrong}'. Choose of: ${all.join(", ")}.`);
  return all.filter((each) => words.includes(each));
}
