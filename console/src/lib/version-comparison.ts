/** Versions side by side: which rows there are, what each version says there, and where they differ. */
import { BENCHMARK_COLUMNS } from "@slipway/contracts/api/benchmark";
import type { MetricValue, ModelVersionDetail } from "@slipway/contracts/api/model";
import { formatAlike, formatDelta, formatDeltaShare } from "./alike-numbers.ts";
import { BENCHMARK_TITLES, formatBenchmark } from "./benchmark-words.ts";
import { formatBytes, formatExact, formatMetric, fullMetric } from "./format.ts";
import { readRequirements, sameWanted } from "./requirement-lines.ts";
import { fieldName, fieldType, paramType } from "./signature-compatibility.ts";

/** What one version says in a row. */
export interface ComparedCell {
  /** Null where it has none. */
  text: string | null;
  /** In full, for a title. */
  full: string | null;
  /** Whether it is another one than the baseline's. */
  differs: boolean;
  /** Against the baseline: `+0.0123 (+1.3 %)`; null without two numbers that differ. */
  delta: string | null;
  /** Whether it is at an end of the row; null where all are alike, or in the middle. */
  extreme: "highest" | "lowest" | null;
}

export interface ComparedRow {
  key: string;
  label: string;
  /** Whether any two versions differ. */
  differs: boolean;
  /** One for each version, in their order; null for one that could not be read. */
  cells: (ComparedCell | null)[];
}

export interface ComparedSection {
  title: string;
  rows: ComparedRow[];
}

/** A version as far as it could be read. */
export type Compared = ModelVersionDetail | null;

/** What one version says in a row, before it is compared. */
type Said = { text: string; full?: string; value?: number; equal?: (other: string) => boolean } | null;

interface RowSource {
  key: string;
  label: string;
  /** Whether its numbers are more or less, and not only others. */
  numeric?: boolean;
  of: (version: ModelVersionDetail) => Said;
  /** Writes the numbers of a row; by default each as it says itself. */
  write?: (values: number[]) => string[];
  /** Writes a number's difference from the baseline. */
  delta?: (value: number, base: number) => string;
}

/** All rows, section by section. The first version that could be read is the baseline. */
export function compareVersions(versions: Compared[]): ComparedSection[] {
  const read = versions.filter((version) => version !== null);
  const sections: [title: string, sources: RowSource[]][] = [
    ["Metrics", keysOf(read, (version) => Object.keys(version.metrics)).map(metricRow)],
    ["Parameters", keysOf(read, (version) => Object.keys(version.params)).map(paramRow)],
    ["Tags", keysOf(read, (version) => Object.keys(version.tags)).map(tagRow)],
    ["Signature", signatureRows(read)],
    ["Requirements", requirementRows(read)],
    ["Software", [...keysOf(read, flavourNames).map(flavourRow), ...SOFTWARE]],
    ["Benchmark", BENCHMARK_COLUMNS.filter((key) => read.some(measured(key))).map(benchmarkRow)],
    ["About", ABOUT],
  ];
  return sections.map(([title, sources]) => ({
    title,
    rows: sources.map((source) => rowOf(source, versions)),
  }));
}

function rowOf(source: RowSource, versions: Compared[]): ComparedRow {
  const said = versions.map((version) => (version === null ? undefined : source.of(version)));
  const texts = written(source, said);
  const baseline = said.find((each) => each !== undefined) ?? null;
  const values = said.flatMap((each) => (each?.value === undefined ? [] : [each.value]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const cells = said.map((each, index): ComparedCell | null => {
    if (each === undefined) return null;
    const value = each?.value;
    const hasEnds = source.numeric === true && low < high;
    return {
      text: texts[index] ?? null,
      full: each?.full ?? each?.text ?? null,
      differs: !alike(each, baseline),
      delta: deltaOf(source, value, baseline?.value),
      extreme: !hasEnds ? null : value === high ? "highest" : value === low ? "lowest" : null,
    };
  });
  const { key, label } = source;
  return { key, label, cells, differs: cells.some((cell) => cell?.differs) };
}

/** The texts of a row: its numbers are written together. */
function written({ write }: RowSource, said: (Said | undefined)[]): (string | null)[] {
  const numbers = said.flatMap((each) => (each?.value === undefined ? [] : [each.value]));
  const together = write?.(numbers) ?? [];
  let next = 0;
  return said.map((each) => {
    if (each?.value === undefined || write === undefined) return each?.text ?? null;
    next += 1;
    return together[next - 1] ?? each.text;
  });
}

function alike(a: Said, b: Said): boolean {
  if (a === null || b === null) return a === b;
  if (a.value !== undefined && b.value !== undefined) return a.value === b.value;
  return a.equal?.(b.text) ?? a.text === b.text;
}

function deltaOf(source: RowSource, value: number | undefined, base: number | undefined): string | null {
  if (source.numeric !== true || value === undefined || base === undefined || value === base) return null;
  const share = formatDeltaShare(value, base);
  return `${(source.delta ?? formatDelta)(value, base)}${share === null ? "" : ` (${share})`}`;
}

function keysOf(versions: ModelVersionDetail[], keys: (version: ModelVersionDetail) => string[]): string[] {
  return [...new Set(versions.flatMap(keys))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** A key that is also a property of every object is none of the record's own. */
function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function metricRow(name: string): RowSource {
  return {
    ...{ key: `metrics.${name}`, label: name, numeric: true, write: formatAlike },
    of: ({ metrics }) => metricSaid(own(metrics, name)),
  };
}

function metricSaid(value: MetricValue | undefined): Said {
  if (value === undefined) return null;
  const said = { text: formatMetric(value), full: fullMetric(value) };
  return typeof value === "number" ? { ...said, value } : said;
}

function paramRow(name: string): RowSource {
  return {
    ...{ key: `params.${name}`, label: name },
    of: ({ params }) => textSaid(own(params, name), sameParameter),
  };
}

/** `1` and `1.0` are the same parameter. */
function sameParameter(a: string, b: string): boolean {
  return a === b || (NUMBER.test(a) && NUMBER.test(b) && Number(a) === Number(b));
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function tagRow(name: string): RowSource {
  return { ...{ key: `tags.${name}`, label: name }, of: ({ tags }) => textSaid(own(tags, name)) };
}

function textSaid(text: string | null | undefined, same?: (a: string, b: string) => boolean): Said {
  if (text === undefined || text === null) return null;
  return same === undefined ? { text } : { text, equal: (other) => same(text, other) };
}

function signatureRows(versions: ModelVersionDetail[]): RowSource[] {
  const fields = (part: "inputs" | "outputs", word: string) =>
    [...new Set(versions.flatMap(({ signature }) => signature?.[part].map(fieldName) ?? []))].map(
      (field): RowSource => ({
        ...{ key: `${part}.${field}`, label: `${word} ${field}` },
        of: ({ signature }) => {
          const found = signature?.[part].find((each, index) => fieldName(each, index) === field);
          return textSaid(found === undefined ? null : fieldType(found));
        },
      }),
    );
  const names = new Set(versions.flatMap(({ signature }) => signature?.params.map(({ name }) => name) ?? []));
  const params = [...names].map(
    (name): RowSource => ({
      ...{ key: `signature.${name}`, label: `Parameter ${name}` },
      of: ({ signature }) => {
        const found = signature?.params.find((param) => param.name === name);
        return textSaid(found === undefined ? null : paramType(found));
      },
    }),
  );
  return [...fields("inputs", "Input"), ...fields("outputs", "Output"), ...params];
}

function requirementRows(versions: ModelVersionDetail[]): RowSource[] {
  const lists = new Map(versions.map((version) => [version, readRequirements(version.requirements)]));
  return keysOf(versions, (version) => [...(lists.get(version)?.keys() ?? [])]).map((key) => ({
    key: `requirements.${key}`,
    label: key,
    of: (version) => {
      const found = lists.get(version)?.get(key);
      return textSaid(found && (found.wanted || "asked for"), sameWanted);
    },
  }));
}

function flavourNames({ flavors }: ModelVersionDetail): string[] {
  return flavors.map(({ name }) => name);
}

function flavourRow(name: string): RowSource {
  return {
    ...{ key: `flavors.${name}`, label: `Flavour ${name}` },
    of: ({ flavors }) => {
      const found = flavors.find((flavor) => flavor.name === name);
      return textSaid(found && (found.version ?? "any version"));
    },
  };
}

const SOFTWARE: RowSource[] = [
  { key: "python", label: "Python", of: ({ pythonVersion }) => textSaid(pythonVersion) },
  { key: "mlflow", label: "Logged with MLflow", of: ({ mlflowVersion }) => textSaid(mlflowVersion) },
];

function measured(key: string) {
  return ({ benchmark }: ModelVersionDetail) => own(benchmark, key) !== undefined;
}

function benchmarkRow(key: (typeof BENCHMARK_COLUMNS)[number]): RowSource {
  const write = (value: number) => formatBenchmark(key, value);
  return {
    ...{ key: `benchmark.${key}`, label: BENCHMARK_TITLES[key].label, numeric: true },
    of: ({ benchmark }) => {
      const value = own(benchmark, key);
      return value === undefined ? null : { text: write(value), full: String(value), value };
    },
    delta: signed(write),
  };
}

const ABOUT: RowSource[] = [
  {
    ...{ key: "size", label: "Model size", numeric: true },
    of: ({ sizeBytes }) =>
      sizeBytes === null
        ? null
        : { text: formatBytes(sizeBytes), full: `${sizeBytes} bytes`, value: sizeBytes },
    delta: signed(formatBytes),
  },
  {
    ...{ key: "registered", label: "Registered At" },
    of: ({ registeredAt }) => textSaid(formatExact(registeredAt)),
  },
  { key: "description", label: "Description", of: ({ description }) => textSaid(description || null) },
];

function signed(write: (value: number) => string) {
  return (value: number, base: number) => `${value > base ? "+" : "−"}${write(Math.abs(value - base))}`;
}
