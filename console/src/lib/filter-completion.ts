/** What can stand at the caret of a filter of the versions table, for completion while typing. */

/** The names that columns have. */
export interface FilterNames {
  params: string[];
  metrics: string[];
  tags: string[];
  benchmark: string[];
  aliases: string[];
  /** Whether the list is of all models, whose names then tell versions apart. */
  ofAllModels: boolean;
}

export interface Completion {
  /** Where the piece begins that a suggestion takes the place of; it ends at the caret. */
  from: number;
  suggestions: string[];
}

const SHOWN_MAX = 8;
const PLAIN = ["version", "registeredAt", "aliases", "deployedBy", "status", "description"];
const NUMBERS = /^(?:metrics\.|benchmark\.|version$|registeredAt$)/;
const NAMES = /^(?:aliases|deployedBy)$/;
const TOKEN =
  /\s+|'(?:[^']|'')*'?|(?<![.])"[^"]*"?|[<>!=]+|[(),]|(?:[^\s'"`()<>!=,]|`[^`]*`?|(?<=\.)"[^"]*"?)+|./gsu;

type Expected = "column" | "operator" | "value" | "list" | "in or like" | "null or not" | "and or or";

/** Suggests how the text goes on at the caret. */
export function completeFilter(text: string, caret: number, names: FilterNames): Completion {
  const tokens = [...text.slice(0, caret).matchAll(TOKEN)].map(([token]) => token);
  const last = tokens.at(-1) ?? "";
  const piece = /^\s*$|^[(),]$/.test(last) ? "" : last;
  const place = placeAfter(piece === "" ? tokens : tokens.slice(0, -1));
  const wanted = piece.replaceAll("`", "").toLowerCase();
  const all = suggestionsFor(place, names);
  const matching = all.filter((each) => each.replaceAll("`", "").toLowerCase().includes(wanted));
  const startsFirst = matching.toSorted((a, b) => rank(a, wanted) - rank(b, wanted));
  return {
    from: caret - piece.length,
    suggestions: startsFirst.filter((each) => each !== piece).slice(0, SHOWN_MAX),
  };
}

/** The text with the suggestion in the place of the piece, and where the caret then stands. */
export function applyCompletion(
  text: string,
  { from, caret, suggestion }: { from: number; caret: number; suggestion: string },
): { text: string; caret: number } {
  const rest = text.slice(caret);
  const space = rest.startsWith(" ") ? "" : " ";
  const before = `${text.slice(0, from)}${suggestion}${space}`;
  return { text: before + rest, caret: before.length + (space === "" ? 1 : 0) };
}

function rank(suggestion: string, wanted: string): number {
  const name = suggestion.toLowerCase();
  if (name.startsWith(wanted)) return 0;
  return name.slice(name.indexOf(".") + 1).startsWith(wanted) ? 1 : 2;
}

/** What is expected after these tokens, and of which column it is said. */
function placeAfter(tokens: string[]): { expected: Expected; column: string } {
  let expected: Expected = "column";
  let column = "";
  for (const token of tokens) {
    if (/^\s+$/.test(token)) continue;
    const word = token.toLowerCase();
    if (expected === "column") {
      if (word === "(" || word === "not") continue;
      column = token;
      expected = "operator";
    } else expected = next(expected, word);
  }
  return { expected, column };
}

function next(expected: Exclude<Expected, "column">, word: string): Expected {
  switch (expected) {
    case "operator":
      if (word === "in") return "list";
      if (word === "not") return "in or like";
      return word === "is" ? "null or not" : "value";
    case "in or like":
      return word === "in" ? "list" : "value";
    case "null or not":
      return word === "not" ? "null or not" : "and or or";
    case "list":
      return word === ")" ? "and or or" : "list";
    case "value":
      return "and or or";
    case "and or or":
      return word === ")" ? "and or or" : "column";
  }
}

function suggestionsFor(
  { expected, column }: { expected: Expected; column: string },
  names: FilterNames,
): string[] {
  switch (expected) {
    case "column":
      return [
        ...names.metrics.map((name) => `metrics.${quoted(name)}`),
        ...names.params.map((name) => `params.${quoted(name)}`),
        ...names.tags.map((name) => `tags.${quoted(name)}`),
        ...(names.ofAllModels ? ["name"] : []),
        ...PLAIN,
        ...names.benchmark.map((name) => `benchmark.${name}`),
      ];
    case "operator":
      if (NUMBERS.test(column)) return [">", ">=", "<", "<=", "=", "!=", "is not null", "is null"];
      if (NAMES.test(column)) return ["=", "!=", "like", "in", "is not null", "is null"];
      return ["=", "!=", "like", "ilike", "in", "is not null", "is null", ">", "<"];
    case "in or like":
      return ["in", "like", "ilike"];
    case "null or not":
      return ["null", "not null"];
    case "value":
    case "list":
      if (column === "aliases") return names.aliases.map((name) => `'${name}'`);
      return column === "status" ? ["'READY'"] : [];
    case "and or or":
      return ["and", "or"];
  }
}

/** A key as the filter takes it: in backticks where it has other characters than the plain ones. */
export function quoted(key: string): string {
  return /^[\p{L}\p{N}_\-./:@%+]+$/u.test(key) ? key : `\`${key}\``;
}
