/** Filters of the versions table, written as in MLflow: `metrics.accuracy > 0.9 and params.C = '1'`. */
import { AppError } from "@slipway/contracts/errors";
import { type Column, compareValues, parseColumn, type Row, sortValue } from "./columns.ts";

const OPERATORS = ["=", "!=", ">", ">=", "<", "<=", "LIKE", "ILIKE"] as const;
type Operator = (typeof OPERATORS)[number];

export interface Condition {
  column: Column;
  operator: Operator;
  value: string;
}

const CONDITION =
  /\s*((?:params|metrics|tags|benchmark)\.(?:`[^`]+`|"[^"]+"|[^\s=!<>]+)|[a-zA-Z]+)\s*(!=|>=|<=|=|>|<|I?LIKE\b)\s*('[^']*'|"[^"]*"|[^\s]+)\s*/iy;
const AND = /and\s+/iy;

/** Reads a filter. @throws AppError `invalid_request` saying from where on it cannot be read. */
export function parseFilter(text: string): Condition[] {
  const conditions: Condition[] = [];
  for (let at = 0; at < text.length; ) {
    CONDITION.lastIndex = at;
    const match = CONDITION.exec(text);
    const column = parseColumn(match?.[1] ?? "");
    const operator = OPERATORS.find((name) => name === match?.[2]?.toUpperCase());
    if (match === null || column === null || operator === undefined) throw unreadable(text.slice(at));
    const value = match[3]?.replace(/^(['"])(.*)\1$/s, "$2") ?? "";
    conditions.push({ column, operator, value });
    at = CONDITION.lastIndex;
    if (at === text.length) break;
    AND.lastIndex = at;
    if (!AND.test(text) || AND.lastIndex === text.length) throw unreadable(text.slice(at));
    at = AND.lastIndex;
  }
  return conditions;
}

/** Whether a row meets every condition. A missing value meets none. */
export function matches(row: Row, conditions: Condition[]): boolean {
  return conditions.every((condition) => meets(row, condition));
}

function meets(row: Row, { column, operator, value }: Condition): boolean {
  if (column.kind === "aliases") return meetsAlias(row.aliases, operator, value);
  const found = sortValue(row, column);
  if (found === null) return false;
  if (operator === "LIKE" || operator === "ILIKE") return like(String(found), value, operator);
  const wanted = typeof found === "number" && value.trim() !== "" ? Number(value) : value;
  const comparable = Number.isNaN(wanted) ? [String(found), value] : [found, wanted];
  const order = compareValues(comparable[0] ?? "", comparable[1] ?? "");
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
  }
}

function meetsAlias(aliases: string[], operator: Operator, value: string): boolean {
  if (operator === "!=") return !aliases.includes(value);
  if (operator === "LIKE" || operator === "ILIKE")
    return aliases.some((alias) => like(alias, value, operator));
  return operator === "=" && aliases.includes(value);
}

/** SQL's LIKE: `%` stands for any text, `_` for one character. Takes at most text × pattern steps. */
function like(text: string, pattern: string, operator: "LIKE" | "ILIKE"): boolean {
  const fold = (value: string) => [...(operator === "ILIKE" ? value.toLowerCase() : value)];
  const letters = fold(text);
  const wanted = fold(pattern);
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < letters.length) {
    if (wanted[next] === "%") {
      star = next++;
      resume = at;
    } else if (next < wanted.length && (wanted[next] === "_" || wanted[next] === letters[at])) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++resume;
    } else return false;
  }
  return wanted.slice(next).every((letter) => letter === "%");
}

function unreadable(rest: string): AppError {
  const message = `The filter cannot be read from '${rest.slice(0, 60)}' on. Write conditions such as metrics.accuracy > 0.9 and params.C = '1'.`;
  return new AppError("invalid_request", message, { details: { errors: [{ field: "filter", message }] } });
}
