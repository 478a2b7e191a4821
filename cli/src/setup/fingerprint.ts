/** Content hashes of files and folders, to know whether a step has to be done again. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Hashes the names and contents of `paths`, relative to `root`; folders are walked, what is not there is left out. */
export function fingerprint(root: string, paths: readonly string[], ...facts: string[]): string {
  const hash = createHash("sha256").update(facts.join("\0"));
  for (const path of paths.flatMap((start) => filesBelow(root, start))) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

/** What a marker file says, or `undefined` when there is none. */
export function readMarker(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

function filesBelow(root: string, path: string): string[] {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute)
    .filter((name) => name !== "node_modules" && name !== "dist")
    .sort()
    .flatMap((name) => filesBelow(root, join(path, name)));
}
