/** Finds a Python interpreter that is new enough. */
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { Refusal } from "#terminal/refusal.ts";
import { reachableByOthers } from "./reachable.ts";

const MINOR_MIN = 10;
const MINOR_NEWEST = 14;
const PROBE =
  "import sys; print(sys.version_info[0], sys.version_info[1], sys.version_info[2], sys.executable)";
const NAMES = [
  "python3",
  ...Array.from({ length: MINOR_NEWEST - MINOR_MIN + 1 }, (_, index) => `python3.${MINOR_NEWEST - index}`),
  "python",
];

export interface Python {
  path: string;
  version: string;
}

/**
 * Finds the interpreter that Slipway's Python environments are made from. Root prefers one that other users may run
 * too, because models are loaded by an unprivileged user.
 * @throws Refusal saying what is missing and how to get it.
 */
export async function findPython(searchPath: string = process.env.PATH ?? ""): Promise<Python> {
  const found = await findPythons(searchPath);
  const fit = found.filter((python) => isNewEnough(python.version));
  const shared = process.getuid?.() === 0 ? fit.find(({ path }) => reachableByOthers(path)) : undefined;
  const chosen = shared ?? fit[0];
  if (chosen !== undefined) return chosen;
  const seen = found.map(({ path, version }) => `${path} is ${version}`).join(", ");
  throw new Refusal(
    `Slipway needs Python 3.${MINOR_MIN} or newer to load models, and found ${seen || "none on the PATH"}. ` +
      "Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python), then try again.",
  );
}

/** All interpreters on the path, in its order, each once. */
export async function findPythons(searchPath: string): Promise<Python[]> {
  const candidates = searchPath
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .filter(isExecutable);
  const seen = new Map<string, Python>();
  for (const candidate of candidates) {
    const { stdout, failed } = await execa(candidate, ["-c", PROBE], { reject: false, timeout: 10_000 });
    const [, version, path] = /^(\d+ \d+ \d+) (.+)$/.exec(failed ? "" : stdout) ?? [];
    if (version === undefined || path === undefined) continue;
    const real = realpathSync(path);
    if (!seen.has(real)) seen.set(real, { path: real, version: version.replaceAll(" ", ".") });
  }
  return [...seen.values()];
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= MINOR_MIN && minor <= MINOR_NEWEST;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
