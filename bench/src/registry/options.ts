/** What `npm run bench -- registry` may be told. */
import { Refusal } from "@slipway/cli/terminal/refusal";
import { count, readWords } from "#setup/words.ts";

export interface Options {
  models: number;
  versions: number;
  /** Of the largest model. */
  largest: number;
  /** Pages that are asked for of each table. */
  pages: number;
  /** How often each page is loaded in the browser, and how often a version is registered. */
  rounds: number;
  help: boolean;
}

export const HELP = `npm run bench -- registry [options]

  --models n        registered models (1000)
  --versions n      of all models together (100000)
  --largest n       of the one model that has many (10000)
  --pages n         pages that are asked for of each table (200)
  --rounds n        how often each page is loaded in the browser, and a version registered (5)
  --quick           50 models, 2000 versions: tells whether everything works, measures nothing
`;

const DEFAULTS = { models: 1_000, versions: 100_000, largest: 10_000, pages: 200, rounds: 5 };
const QUICK = { models: 50, versions: 2_000, largest: 500, pages: 20, rounds: 2 };

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const WORDS = {
  ...{ models: text, versions: text, largest: text, pages: text, rounds: text },
  ...{ quick: flag, help: flag },
};

/** Reads the words of the command line. @throws Refusal naming the one that is wrong. */
export function readOptions(words: readonly string[]): Options {
  const values = readWords(words, WORDS, HELP);
  const base = values.quick ? QUICK : DEFAULTS;
  const options = {
    models: count("models", values.models, base.models),
    versions: count("versions", values.versions, base.versions),
    largest: count("largest", values.largest, base.largest),
    pages: count("pages", values.pages, base.pages),
    rounds: count("rounds", values.rounds, base.rounds),
    help: values.help ?? false,
  };
  if (options.models < 2 || options.versions < options.largest + options.models)
    throw new Refusal(
      "There must be two models at least, and more --versions than --largest and --models together.",
    );
  return options;
}

/** Whether the registry is as large as the goals say. */
export function isWhole({ models, versions, largest, pages, rounds }: Options): boolean {
  return (
    models >= DEFAULTS.models &&
    versions >= DEFAULTS.versions &&
    largest >= DEFAULTS.largest &&
    pages >= DEFAULTS.pages &&
    rounds >= DEFAULTS.rounds
  );
}
