/** Random filters as tables understand them, against what code for one version at a time says of the same versions. */
import { AppError } from "@slipway/contracts/errors";
import { describe, expect, test } from "vitest";
import { numberOf } from "#domain/number-text.ts";
import { type Filter, parseFilter } from "#domain/version-filter.ts";
import { countVersions } from "#store/registry-version-store.ts";
import { AT, type Example } from "#store/testing/versions.ts";
import { useTables } from "./testing/found.ts";

const { database, aModel, found } = await useTables();

const KEYS = ["params.C", "params.solver", "metrics.accuracy", "metrics.loss", "tags.stage", "tags.`my tag`"];
const VALUES = [
  "0",
  "1",
  "1.0",
  "-0.5",
  "'lbfgs'",
  "'SAGA'",
  "''",
  "'nan'",
  "inf",
  '"it\'s"',
  "'%a%'",
  "'_b'",
  "1e400",
];

/** The same sequence each time. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, one: <Item>(items: Item[]): Item => items[Math.floor(next() * items.length)] as Item };
}

type Random = ReturnType<typeof createRandom>;

function aCondition({ one, next }: Random): string {
  const key = one([...KEYS, "aliases", "status", "description", "version", "registeredAt"]);
  const value = () => one(VALUES);
  const roll = next();
  if (roll < 0.6) return `${key} ${one(["=", "!=", ">", ">=", "<", "<="])} ${value()}`;
  if (roll < 0.75) return `${key} ${one(["like", "ILIKE", "not like"])} ${value()}`;
  if (roll < 0.88) return `${key} ${one(["in", "not in"])} (${value()}, ${value()})`;
  return `${key} is ${one(["", "not "])}null`;
}

function aFilter(random: Random, depth = 0): string {
  const roll = random.next();
  if (depth > 3 || roll < 0.4) return aCondition(random);
  if (roll < 0.5) return `not ${aFilter(random, depth + 1)}`;
  if (roll < 0.6) return `(${aFilter(random, depth + 1)})`;
  return `${aFilter(random, depth + 1)} ${random.one(["and", "or"])} ${aFilter(random, depth + 1)}`;
}

/** What the filter says of a version, in plain code. */
function meets(example: Example & { number: number }, filter: Filter): boolean {
  switch (filter.kind) {
    case "and":
      return filter.parts.every((part) => meets(example, part));
    case "or":
      return filter.parts.some((part) => meets(example, part));
    case "not":
      return !meets(example, filter.part);
    case "in":
      return filter.values.some((value) =>
        meets(example, { kind: "compare", column: filter.column, comparison: "=", value }),
      );
    default:
      return meetsCondition(example, filter);
  }
}

type Simple = Extract<Filter, { kind: "compare" | "like" | "missing" }>;

function meetsCondition(example: Example & { number: number }, filter: Simple): boolean {
  const { kind, key } = filter.column;
  if (kind === "aliases") {
    const { aliases = [] } = example;
    if (filter.kind === "missing") return aliases.length === 0;
    if (filter.kind === "like") return aliases.some((alias) => like(alias, filter));
    return aliases.includes(filter.value) === (filter.comparison === "=");
  }
  const held = heldBy(example, kind, key);
  const number = typeof held === "number" ? held : held === null ? null : textNumber(kind, held);
  const missing = held === null || Number.isNaN(number);
  if (filter.kind === "missing") return missing;
  if (filter.kind === "like") return held !== null && like(String(held), filter);
  const wantedNumber = kind === "registeredAt" ? Date.parse(filter.value) : textNumber(kind, filter.value);
  const byNumber = wantedNumber !== null && !Number.isNaN(wantedNumber);
  if (filter.comparison === "=" || filter.comparison === "!=") {
    const same = byNumber ? number === wantedNumber : held === filter.value;
    return filter.comparison === "=" ? held !== null && same : !missing && !same;
  }
  if (byNumber) return number !== null && !missing && ordered(filter.comparison, number, wantedNumber);
  if (number !== null || held === null) return false;
  const order = new Intl.Collator("en", { numeric: true }).compare(String(held), filter.value);
  return ordered(filter.comparison, order, 0);
}

function textNumber(kind: string, text: string): number | null {
  return kind === "status" || kind === "description" ? null : numberOf(text);
}

function ordered(comparison: string, a: number, b: number): boolean {
  if (comparison === ">") return a > b;
  if (comparison === ">=") return a >= b;
  return comparison === "<" ? a < b : a <= b;
}

function heldBy(example: Example & { number: number }, kind: string, key: string | null) {
  if (kind === "version") return example.number;
  if (kind === "registeredAt") return AT.getTime() + example.number - 1;
  if (kind === "status") return example.status ?? "READY";
  if (kind === "description") return example.description || null;
  const record: Record<string, string | number> = example[kind as "params" | "metrics" | "tags"] ?? {};
  return record[key ?? ""] ?? null;
}

function like(text: string, { pattern, ignoreCase }: { pattern: string; ignoreCase: boolean }): boolean {
  const escaped = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return new RegExp(`^${escaped}$`, `su${ignoreCase ? "i" : ""}`).test(text);
}

describe("a thousand random filters", () => {
  const random = createRandom(20_261_128);
  const examples: Example[] = Array.from({ length: 60 }, () => {
    const maybe = <Value>(value: Value): Value | undefined => (random.next() < 0.75 ? value : undefined);
    const kept = (record: Record<string, string | undefined>) =>
      Object.fromEntries(
        Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      );
    const number = () => random.one([0, 1, -0.5, Number.NaN, Number.POSITIVE_INFINITY, 0.75]);
    const metrics = kept({ accuracy: maybe(String(number())), loss: maybe(String(number())) });
    return {
      params: kept({
        C: maybe(random.one(["1", "1.0", "0", "-0.5", "", "nan", "Infinity", "auto"])),
        solver: maybe(random.one(["lbfgs", "SAGA", "saga", "it's", "2"])),
      }),
      metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, Number(value)])),
      tags: kept({
        stage: maybe(random.one(["ok", "old", "a", "xb"])),
        "my tag": maybe(random.one(["it's", "1"])),
      }),
      aliases: [],
      status: random.one(["READY", "FAILED_REGISTRATION"]),
      description: random.one(["", "about it", "SAGA"]),
    };
  });
  for (const [at, alias] of ["champion", "lbfgs", "1", "SAGA"].entries())
    examples[at * 7]?.aliases?.push(alias);

  test("find just what plain code finds, or are refused at a character", async () => {
    const model = await aModel("random", examples);
    const numbered = examples.map((example, at) => ({ ...example, number: at + 1 }));
    let taken = 0;
    for (let count = 0; count < 1_000; count++) {
      const text = aFilter(random);
      const filter = parsed(text);
      if (filter === null) continue;
      taken++;
      const expected = numbered.filter((example) => meets(example, filter)).map(({ number }) => number);
      expect({ text, found: await found(model, { filter: text }) }).toEqual({ text, found: expected });
    }
    expect(taken).toBeGreaterThan(400);
  });

  test("with characters changed, taken out and put in only give results or refusals", async () => {
    const model = await aModel("mangled", examples);
    const pieces = [
      "'",
      '"',
      "`",
      "(",
      ")",
      ",",
      "--",
      ";",
      "/*",
      "\\",
      "\0",
      "%",
      "$1",
      "é",
      "\ud800",
      " or 1=1",
      "null",
    ];
    for (let count = 0; count < 3_000; count++) {
      const text = [...aFilter(random)];
      for (let change = 0; change <= random.next() * 3; change++) {
        text.splice(
          Math.floor(random.next() * text.length),
          Math.floor(random.next() * 3),
          random.one(pieces),
        );
      }
      const mangled = text.join("");
      if (parsed(mangled) !== null) await found(model, { filter: mangled });
    }
    expect(await countVersions(database, { modelId: model })).toMatchObject({ versions: examples.length });
  });
});

/** Null for one that is refused, which must name a character of it. */
function parsed(text: string): Filter | null {
  try {
    return parseFilter(text);
  } catch (error) {
    const { code, details } = AppError.from(error);
    const position = details.errors?.[0]?.position ?? -1;
    expect({ text, code, within: position >= 0 && position <= text.length }).toEqual({
      ...{ text, code: "invalid_request", within: true },
    });
    return null;
  }
}
