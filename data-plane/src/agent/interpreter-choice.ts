/** Which of the machine's Python interpreters fits a model. Pure. */
import { Failure } from "./failure.ts";

export interface Interpreter {
  path: string;
  /** e.g. `3.11.7` */
  version: string;
  /** True when the workers' user can execute it. */
  reachable: boolean;
}

/** `3.11` of `3.11.7`. */
function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/**
 * The interpreter of the wanted minor version: one that the workers' user can execute before one that it cannot, then
 * the exact patch, then the newest. Another minor is never taken silently.
 * @throws Failure `PythonVersionMissing`.
 */
export function chooseInterpreter(wanted: string, found: readonly Interpreter[]): Interpreter {
  const fitting = found.filter(({ version }) => minorOf(version) === minorOf(wanted));
  const [best] = fitting.toSorted(
    (a, b) =>
      Number(b.reachable) - Number(a.reachable) ||
      Number(b.version === wanted) - Number(a.version === wanted) ||
      compareVersions(b.version, a.version),
  );
  if (best !== undefined) return best;
  const available = [...new Set(found.map(({ version }) => version))].sort(compareVersions).join(", ");
  throw new Failure(
    "PythonVersionMissing",
    `The model wants Python ${wanted}, and this machine has no Python ${minorOf(wanted)} (found: ${available || "none"}). ` +
      `Install it on the machine of the data plane, for example with 'uv python install ${minorOf(wanted)}', then deploy again.`,
  );
}

/** Orders versions by their numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
