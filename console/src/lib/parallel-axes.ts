/** Parallel coordinates: one axis for each parameter or metric, one line for each version, as places between 0 and 1. */
import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import { formatAlike } from "./alike-numbers.ts";
import { formatMetric, MISSING } from "./format.ts";
import { type ColumnChoice, columnKey } from "./table-view.ts";

/** A mark on an axis. */
export interface AxisTick {
  /** 0 is the bottom, 1 the top. */
  at: number;
  text: string;
}

export interface Axis {
  key: string;
  name: string;
  ticks: AxisTick[];
  /** Where each version crosses it; null where it has no value that could stand on the axis. */
  places: (number | null)[];
  /** What each version has there, as a word. */
  texts: string[];
}

/** What of a version stands on axes. */
export type AxisValues = Pick<ModelVersionDetail, "params" | "metrics">;

/** A parameter or metric that can be an axis. */
export type AxisChoice = ColumnChoice & { kind: "params" | "metrics" };

/** So many are drawn where nobody has chosen. */
const AXES_MAX = 8;
/** Texts of one axis that still can be read. */
const TEXTS_MAX = 12;
const MIDDLE = 0.5;

/** Every parameter and metric of the versions; those that differ are `differing`. */
export function axisChoices(versions: AxisValues[]): { all: AxisChoice[]; differing: AxisChoice[] } {
  const all = (["params", "metrics"] as const).flatMap((kind) =>
    [...new Set(versions.flatMap((version) => Object.keys(version[kind])))]
      .sort()
      .map((name): AxisChoice => ({ kind, name })),
  );
  const differing = all.filter(
    (choice) => new Set(versions.map((version) => textOf(version, choice))).size > 1,
  );
  return { all, differing };
}

/** The axes that are drawn where nobody has chosen: what differs, the metrics before the rest when there are many. */
export function defaultAxes(versions: AxisValues[]): AxisChoice[] {
  const { differing } = axisChoices(versions);
  const metricsFirst = differing.toSorted(
    (a, b) => Number(b.kind === "metrics") - Number(a.kind === "metrics"),
  );
  const kept = new Set(metricsFirst.slice(0, AXES_MAX).map(columnKey));
  return differing.filter((choice) => kept.has(columnKey(choice)));
}

/** Places the versions on an axis: by value where all that is there are numbers, else by text. */
export function axisOf(choice: AxisChoice, versions: AxisValues[]): Axis {
  const texts = versions.map((version) => textOf(version, choice));
  const there = texts.filter((text) => text !== null);
  const numbers = texts.map(numberOf);
  const numeric =
    there.length > 0 && texts.every((text, index) => text === null || isNumber(text, numbers[index]));
  return {
    ...{ key: columnKey(choice), name: choice.name },
    ...(numeric ? byValue(numbers) : byText(texts)),
    texts: choice.kind === "metrics" ? writtenAlike(texts, numbers) : texts.map((text) => text ?? MISSING),
  };
}

/** One line of words for each version: `iris-classifier v1: C 0.1, accuracy 0.97`. */
export function describeLines(labels: string[], axes: Axis[]): string {
  return labels
    .map((label, index) => `${label}: ${axes.map(({ name, texts }) => `${name} ${texts[index]}`).join(", ")}`)
    .join("; ");
}

function writtenAlike(texts: (string | null)[], numbers: (number | null)[]): string[] {
  const alike = formatAlike(numbers.filter((number) => number !== null));
  let next = 0;
  return texts.map((text, index) => {
    if (numbers[index] === null) return text ?? MISSING;
    next += 1;
    return alike[next - 1] ?? MISSING;
  });
}

function textOf(version: AxisValues, { kind, name }: AxisChoice): string | null {
  if (!Object.hasOwn(version[kind], name)) return null;
  if (kind === "params") return version.params[name] ?? null;
  const value = version.metrics[name];
  return typeof value === "number" ? String(value) : formatMetric(value);
}

/** NaN and infinities are words that have no place on an axis of numbers, and do not make it one of texts. */
const NO_PLACE = new Set(["NaN", "∞", "−∞", "nan", "inf", "-inf"]);

function isNumber(text: string, number: number | null | undefined): boolean {
  return typeof number === "number" || NO_PLACE.has(text);
}

function numberOf(text: string | null): number | null {
  if (text === null || text.trim() === "") return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

function byValue(numbers: (number | null)[]): Pick<Axis, "ticks" | "places"> {
  const there = numbers.filter((number) => number !== null);
  const [low, high] = [Math.min(...there), Math.max(...there)];
  if (there.length === 0) return { ticks: [], places: numbers.map(() => null) };
  if (low === high) {
    return {
      ticks: [{ at: MIDDLE, text: formatAlike([low])[0] ?? "" }],
      places: numbers.map((number) => (number === null ? null : MIDDLE)),
    };
  }
  const [bottom = "", top = ""] = formatAlike([low, high]);
  return {
    ticks: [
      { at: 0, text: bottom },
      { at: 1, text: top },
    ],
    // Halves: the span of the largest floats is no float.
    places: numbers.map((number) => (number === null ? null : (number / 2 - low / 2) / (high / 2 - low / 2))),
  };
}

function byText(texts: (string | null)[]): Pick<Axis, "ticks" | "places"> {
  const distinct = [...new Set(texts.filter((text) => text !== null))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const place = (text: string) =>
    distinct.length === 1 ? MIDDLE : distinct.indexOf(text) / (distinct.length - 1);
  return {
    ticks: distinct.slice(0, TEXTS_MAX).map((text) => ({ at: place(text), text })),
    places: texts.map((text) => (text === null ? null : place(text))),
  };
}
