/** A metric over the versions of a model: the points, and what they say in a sentence. */
import type { ModelVersion } from "@slipway/contracts/api/model";
import { formatAlike } from "./alike-numbers.ts";
import { formatExact, plural } from "./format.ts";

/** Along what the versions stand. */
export type SeriesOrder = "version" | "time";

export interface SeriesPoint {
  version: string;
  /** The version's number, or the time in s. */
  x: number;
  /** Null where the version has no finite value. */
  y: number | null;
  /** As it is written beside the others. */
  text: string;
  at: string;
  chosen: boolean;
}

interface SeriesOptions {
  metric: string;
  order: SeriesOrder;
  /** Numbers of the versions that are compared. */
  chosen: ReadonlySet<string>;
}

/** The points of a metric, from left to right. */
export function seriesOf(versions: ModelVersion[], { metric, order, chosen }: SeriesOptions): SeriesPoint[] {
  const values = versions.map(({ metrics }) =>
    Object.hasOwn(metrics, metric) ? metrics[metric] : undefined,
  );
  const finite = values.filter((value) => typeof value === "number");
  const texts = formatAlike(finite);
  let next = 0;
  return versions
    .map(({ version, registeredAt }, index): SeriesPoint => {
      const value = values[index];
      const y = typeof value === "number" ? value : null;
      const text = y === null ? (value ?? "not logged").toString() : (texts[next] ?? "");
      if (y !== null) next += 1;
      return {
        ...{ version, text, at: registeredAt, chosen: chosen.has(version) },
        x: order === "version" ? Number(version) : Date.parse(registeredAt) / 1_000,
        y,
      };
    })
    .sort((a, b) => a.x - b.x || Number(a.version) - Number(b.version));
}

/** `accuracy over 3 versions of iris: from 0.91 (version 1) to 0.97 (version 3), lowest …`. */
export function describeSeries(
  points: SeriesPoint[],
  { model, metric }: { model: string; metric: string },
): string {
  const there = points.filter(({ y }) => y !== null);
  const [first, last] = [there[0], there.at(-1)];
  if (first === undefined || last === undefined)
    return `No version of ${model} that is shown has a finite ${metric}.`;
  const byValue = there.toSorted((a, b) => (a.y ?? 0) - (b.y ?? 0));
  const [lowest, highest] = [byValue[0] ?? first, byValue.at(-1) ?? last];
  const missing = points.length - there.length;
  return [
    `${metric} over ${plural(there.length, "version")} of ${model}:`,
    `lowest ${named(lowest)}, highest ${named(highest)}, newest ${named(last)}.`,
    ...(missing === 0 ? [] : [`${plural(missing, "version")} without a finite value.`]),
    ...points.filter(({ chosen }) => chosen).map((point) => `Compared: ${named(point)}.`),
  ].join(" ");
}

/** `version 3: 0.97, 3 Nov 2026`. */
export function describePoint(point: SeriesPoint): string {
  return `Version ${point.version}: ${point.text}, registered ${formatExact(point.at)}`;
}

function named({ version, text }: SeriesPoint): string {
  return `${text} (version ${version})`;
}
