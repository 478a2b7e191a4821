/**
 * The filter language of the versions table, MLflow's with more room:
 *
 *   metrics.accuracy > 0.9 and (params.solver in ('lbfgs', 'saga') or not tags.stage = 'old') and aliases is not null
 *
 * `and` binds closer than `or`; keys with other characters than letters, digits and `_-./:@` stand in backticks or double
 * quotes. What cannot be read is refused with the character where it goes wrong.
 */
import { AppError } from "@slipway/contracts/errors";
import { COLUMN_NAMES, type Column, parseColumn } from "./columns.ts";
import { numberOf } from "./number-text.ts";

const COMPARISONS = ["=", "!=", ">", ">=", "<", "<="] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What a filter says of a version. A version that lacks a column's value meets no condition on it but `is null`. */
export type Filter =
  | { kind: "and" | "or"; parts: Filter[] }
  | { kind: "not"; part: Filter }
  | { kind: "compare"; column: Column; comparison: Comparison; value: string }
  | { kind: "like"; column: Column; pattern: string; ignoreCase: boolean }
  | { kind: "in"; column: Column; values: string[] }
  | { kind: "missing"; column: Column };

const CHARS_MAX = 4_000;
const DEPTH_MAX = 50;
const PARTS_MAX = 100;
/** Columns that hold numbers alone. */
const NUMERIC: ReadonlySet<Column["kind"]> = new Set(["metrics", "benchmark", "version"]);
/** Columns that hold any number of names. */
const NAMES: ReadonlySet<Column["kind"]> = new Set(["aliases", "deployedBy"]);

/** Reads a filter; null for an empty one. @throws AppError `invalid_request` with the `position` (0-based) of the first wrong character. */
export function parseFilter(text: string): Filter | null {
  if (text.length > CHARS_MAX)
    throw wrong(CHARS_MAX, `a filter has at most ${CHARS_MAX.toLocaleString("en")} characters`);
  const reader = new Reader(tokensOf(text), text.length);
  if (reader.peek() === undefined) return null;
  const filter = readAny(reader, 0);
  const rest = reader.peek();
  if (rest !== undefined) throw wrong(rest.at, `expected 'and', 'or' or the end, found ${shown(rest)}`);
  return filter;
}

/** The columns that a filter looks at. */
export function filterColumns(filter: Filter): Column[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.parts.flatMap(filterColumns);
    case "not":
      return filterColumns(filter.part);
    default:
      return [filter.column];
  }
}

interface Token {
  kind: "word" | "quoted" | "operator" | "punctuation";
  /** As meant: without the quotes. */
  text: string;
  at: number;
}

const TOKEN =
  /(\s+)|('(?:[^']|'')*'|"[^"]*")|(<=|>=|!=|<>|==|=|<|>)|([(),])|((?:[\p{L}\p{N}_\-./:@%+]|`[^`]+`|(?<=\.)"[^"]+")+)/uy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null) throw wrong(at, unreadable(text, at));
    const [, space, quoted, operator, punctuation, word] = match;
    const nul = match[0].indexOf("\0");
    if (nul >= 0) throw wrong(at + nul, "a zero character is in no value");
    if (space !== undefined) continue;
    if (quoted !== undefined) tokens.push({ kind: "quoted", text: unquoted(quoted), at });
    else if (operator !== undefined) tokens.push({ kind: "operator", text: usual(operator), at });
    else if (punctuation !== undefined) tokens.push({ kind: "punctuation", text: punctuation, at });
    else if (word !== undefined) tokens.push({ kind: "word", text: word, at });
  }
  return tokens;
}

function unreadable(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === "'" || character === '"' || character === "`")
    return `the text that begins with ${character} does not end`;
  return `the character '${character}' has no meaning here`;
}

function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith("'") ? inner.replaceAll("''", "'") : inner;
}

function usual(operator: string): string {
  return operator === "<>" ? "!=" : operator === "==" ? "=" : operator;
}

/** Goes through the tokens once. */
class Reader {
  readonly #tokens: Token[];
  readonly #end: number;
  #next = 0;
  #parts = 0;

  constructor(tokens: Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  /** The next token. @throws AppError when there is none. */
  take(expected: string): Token {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw wrong(this.#end, `expected ${expected}, but the filter ends here`);
    return token;
  }

  /** Takes the next token when it is this keyword or sign. */
  skip(text: string): boolean {
    if (!isSign(this.peek(), text)) return false;
    this.#next++;
    return true;
  }

  /** Takes this keyword or sign. @throws AppError when something else stands here. */
  expect(text: string): void {
    const token = this.take(`'${text}'`);
    if (!isSign(token, text)) throw wrong(token.at, `expected '${text}', found ${shown(token)}`);
  }

  /** Counts a condition. @throws AppError when there are too many. */
  count(at: number): void {
    if (++this.#parts > PARTS_MAX) throw wrong(at, `a filter has at most ${PARTS_MAX} conditions`);
  }
}

function isSign(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.kind !== "quoted" && token.text.toLowerCase() === text;
}

function readAny(reader: Reader, depth: number): Filter {
  const parts = [readAll(reader, depth)];
  while (reader.skip("or")) parts.push(readAll(reader, depth));
  return together("or", parts);
}

function readAll(reader: Reader, depth: number): Filter {
  const parts = [readOne(reader, depth)];
  while (reader.skip("and")) parts.push(readOne(reader, depth));
  return together("and", parts);
}

function together(kind: "and" | "or", parts: Filter[]): Filter {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind, parts };
}

function readOne(reader: Reader, depth: number): Filter {
  const at = reader.peek()?.at ?? 0;
  if (depth > DEPTH_MAX) throw wrong(at, "there are too many parentheses inside of one another");
  if (reader.skip("not")) return { kind: "not", part: readOne(reader, depth + 1) };
  if (!reader.skip("(")) return readCondition(reader);
  const inner = readAny(reader, depth + 1);
  reader.expect(")");
  return inner;
}

function readCondition(reader: Reader): Filter {
  const token = reader.take("a column");
  reader.count(token.at);
  const column = token.kind === "word" ? parseColumn(token.text) : null;
  if (column === null)
    throw wrong(token.at, `expected a column, found ${shown(token)}: write ${COLUMN_NAMES}`);
  const operator = reader.take("a comparison such as =, >, like or in");
  const word = operator.kind === "quoted" ? "" : operator.text.toLowerCase();
  const comparison = COMPARISONS.find((sign) => sign === word);
  if (comparison !== undefined) {
    if (NAMES.has(column.kind) && comparison !== "=" && comparison !== "!=")
      throw wrong(operator.at, `${column.kind} are compared with =, !=, like or in`);
    return { kind: "compare", column, comparison, value: readValue(reader, column) };
  }
  switch (word) {
    case "like":
    case "ilike":
      return readPattern(reader, column, { at: operator.at, ignoreCase: word === "ilike" });
    case "in":
      return { kind: "in", column, values: readValues(reader, column) };
    case "not":
      return { kind: "not", part: readNegated(reader, column) };
    case "is": {
      const negated = reader.skip("not");
      reader.expect("null");
      const missing: Filter = { kind: "missing", column };
      return negated ? { kind: "not", part: missing } : missing;
    }
    default:
      throw wrong(
        operator.at,
        `expected =, !=, >, >=, <, <=, like, ilike, in or is null, found ${shown(operator)}`,
      );
  }
}

/** What follows `not` after a column. */
function readNegated(reader: Reader, column: Column): Filter {
  const token = reader.take("'in' or 'like'");
  if (isSign(token, "in")) return { kind: "in", column, values: readValues(reader, column) };
  for (const word of ["like", "ilike"]) {
    if (isSign(token, word))
      return readPattern(reader, column, { at: token.at, ignoreCase: word === "ilike" });
  }
  throw wrong(token.at, `expected 'in' or 'like', found ${shown(token)}`);
}

function readPattern(
  reader: Reader,
  column: Column,
  { at, ignoreCase }: { at: number; ignoreCase: boolean },
): Filter {
  if (NUMERIC.has(column.kind) || column.kind === "registeredAt")
    throw wrong(at, `'like' compares texts, and ${nameOf(column)} is none`);
  return { kind: "like", column, pattern: readText(reader).text, ignoreCase };
}

function readValues(reader: Reader, column: Column): string[] {
  reader.expect("(");
  const values = [readValue(reader, column)];
  while (reader.skip(",")) values.push(readValue(reader, column));
  reader.expect(")");
  return values;
}

/** A value as the column can be compared with. */
function readValue(reader: Reader, column: Column): string {
  const { text, at } = readText(reader);
  if (NUMERIC.has(column.kind) && Number.isNaN(numberOf(text) ?? Number.NaN))
    throw wrong(at, `${nameOf(column)} is compared with a number, not with '${text.slice(0, 60)}'`);
  if (column.kind === "registeredAt" && Number.isNaN(Date.parse(text)))
    throw wrong(
      at,
      `registeredAt is compared with a date such as '2026-11-28' or '2026-11-28T09:00:00Z', not with '${text.slice(0, 60)}'`,
    );
  return text;
}

function readText(reader: Reader): Token {
  const token = reader.take("a value");
  if (token.kind === "quoted" || (token.kind === "word" && !isSign(token, "and") && !isSign(token, "or")))
    return token;
  throw wrong(token.at, `expected a value, found ${shown(token)}`);
}

function nameOf({ kind, key }: Column): string {
  return key === null ? kind : `${kind}.${key}`;
}

function shown({ kind, text }: Token): string {
  return kind === "quoted" ? `the text '${text.slice(0, 60)}'` : `'${text.slice(0, 60)}'`;
}

function wrong(position: number, what: string): AppError {
  const message = `The filter cannot be read at character ${position + 1}: ${what}.`;
  return new AppError("invalid_request", message, {
    details: { errors: [{ field: "filter", message, position }] },
  });
}
