/** Lines of a requirements file (PEP 508 and pip's own), read so far that two lists can be compared package by package. */

/** What a list asks for of one package, or a line that names none. */
export interface Requirement {
  /** The package as PEP 503 spells it; the line itself where it names no package. */
  key: string;
  /** As the line spells it. */
  name: string;
  /** What is asked for: `==1.4.2`, `[extra] >=1,<2; python_version < "3.12"`, `any version`; empty without a package. */
  wanted: string;
}

/** What differs of one package. */
export interface RequirementChange {
  kind: "added" | "removed" | "changed";
  name: string;
  /** Null where the list does not name it. */
  from: string | null;
  to: string | null;
}

const ANY_VERSION = "any version";
const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/s;
const FILE = /\.(?:whl|zip|tar\.(?:gz|bz2|xz)|tgz)$/i;
/** `1.0`, `1.0.0`: PEP 440 takes them for the same release. */
const PLAIN_PIN = /^(={2,3})(\d+(?:\.\d+)*?)(?:\.0)*$/;

/** Spells a package's name as PEP 503 does: `Scikit_Learn` → `scikit-learn`. */
export function packageKey(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

/** Reads one line; null for what asks for nothing. A line that names no package (`-r other.txt`, a URL, a file) keeps its words. */
export function parseRequirement(line: string): Requirement | null {
  const text = withoutNoise(line);
  if (text === "") return null;
  const [, name, extras, rest = ""] = NAME.exec(text) ?? [];
  const wanted = name === undefined || FILE.test(text) ? null : wantedOf(rest, extras);
  if (name === undefined || wanted === null) return { key: text, name: text, wanted: "" };
  return { key: packageKey(name), name, wanted };
}

/** What a list asks for, by {@link packageKey}; lines for the same package are joined. */
export function readRequirements(lines: string[]): Map<string, Requirement> {
  const found = new Map<string, Requirement[]>();
  for (const line of lines) {
    const requirement = parseRequirement(line);
    if (requirement !== null)
      found.set(requirement.key, [...(found.get(requirement.key) ?? []), requirement]);
  }
  return new Map(
    [...found].map(([key, of]) => {
      const wanted = [...new Set(of.map((each) => each.wanted))].sort().join(" and ");
      return [key, { key, name: of[0]?.name ?? key, wanted }];
    }),
  );
}

/** Whether two lists ask for the same of a package: `==1.0` and `==1.0.0` do. */
export function sameWanted(a: string, b: string): boolean {
  return a === b || withoutZeros(a) === withoutZeros(b);
}

/** What differs between two lists, by the package's name. */
export function diffRequirements(before: string[], after: string[]): RequirementChange[] {
  const [old, next] = [readRequirements(before), readRequirements(after)];
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((key): RequirementChange[] => {
    const [from, to] = [old.get(key), next.get(key)];
    if (from === undefined) return to === undefined ? [] : [change("added", to.name, null, to.wanted)];
    if (to === undefined) return [change("removed", from.name, from.wanted, null)];
    return sameWanted(from.wanted, to.wanted) ? [] : [change("changed", to.name, from.wanted, to.wanted)];
  });
}

function change(
  kind: RequirementChange["kind"],
  name: string,
  from: string | null,
  to: string | null,
): RequirementChange {
  return { kind, name, from, to };
}

/** Comments, hashes and the mark of a continued line say nothing of what is asked for. */
function withoutNoise(line: string): string {
  return line
    .replace(/(^|\s)#.*$/s, "")
    .replace(/\s--hash[=\s]\S+/g, "")
    .replace(/\\\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The rest of a line behind the name; null when it is none that PEP 508 knows. */
function wantedOf(rest: string, extras: string | undefined): string | null {
  const [, before = "", marker] = /^(.*?)(?:(?:^|\s*);\s*(.*))?$/s.exec(rest) ?? [];
  const address = /^@\s*(.+?)$/s.exec(rest)?.[1];
  const asked = address === undefined ? specifiersOf(before) : `@ ${address.replace(/\s*;\s*/, "; ")}`;
  if (asked === null) return null;
  const named = extrasOf(extras);
  const condition = address === undefined && marker ? `; ${marker.replaceAll("'", '"').trim()}` : "";
  return `${named === "" ? "" : `${named} `}${asked}${condition}`;
}

function extrasOf(extras: string | undefined): string {
  const names = (extras ?? "")
    .split(",")
    .map((extra) => packageKey(extra.trim()))
    .filter((extra) => extra !== "");
  return names.length === 0 ? "" : `[${[...new Set(names)].sort().join(",")}]`;
}

/** `(< 2, >=1)` → `<2,>=1`, in an order of their own, so that the author's does not count. */
function specifiersOf(text: string): string | null {
  const bare = text.trim().replace(/^\((.*)\)$/s, "$1");
  if (bare.trim() === "") return ANY_VERSION;
  const parts = bare.split(",").map((part) => part.replace(/\s+/g, ""));
  const known = parts.every((part) => /^(?:===|~=|==|!=|<=|>=|<|>)[^<>=!~]+$/.test(part));
  return known ? parts.sort().join(",") : null;
}

function withoutZeros(wanted: string): string {
  return wanted.replace(PLAIN_PIN, "$1$2");
}
