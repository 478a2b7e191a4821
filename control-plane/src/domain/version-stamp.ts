/** The tag by which an MLflow's own pages tell what Slipway serves. Pure. */

/** MLflow 2 takes no longer values; MLflow 3 would. */
const VALUE_CHARS_MAX = 5_000;
const MORE = "…";

/** A version as an MLflow names it. */
export interface StampedVersion {
  modelName: string;
  number: number;
}

/** A version that gets requests, and by which deployment. */
export interface ServedVersion extends StampedVersion {
  deploymentId: string;
  fingerprint: string;
}

/** What a version's tag shall say. */
export interface WantedStamp extends StampedVersion {
  fingerprint: string;
  value: string;
}

/** Tells versions of one MLflow apart. */
export function stampKey({ modelName, number }: StampedVersion): string {
  return JSON.stringify([modelName, number]);
}

/** The stamps of what is served, by {@link stampKey}. */
export function wantedStamps(served: ServedVersion[]): Map<string, WantedStamp> {
  const wanted = new Map<string, WantedStamp>();
  for (const [key, same] of Map.groupBy(served, stampKey)) {
    const [first] = same;
    if (first === undefined) continue;
    const { modelName, number, fingerprint } = first;
    wanted.set(key, {
      modelName,
      number,
      fingerprint,
      value: stampValue(same.map((each) => each.deploymentId)),
    });
  }
  return wanted;
}

/** The ids in order, separated by commas; what MLflow would not take is cut between two ids. */
export function stampValue(ids: string[]): string {
  const sorted = [...new Set(ids)].sort();
  const whole = sorted.join(",");
  if (whole.length <= VALUE_CHARS_MAX) return whole;
  const cut = whole.slice(0, VALUE_CHARS_MAX - MORE.length);
  return cut.slice(0, cut.lastIndexOf(",") + 1) + MORE;
}
