/**
 * What the data planes of all tests share, each in a home of its own: uv's cache, and environments that one of them has
 * built and compiled. To build and compile the same one again takes each time as long as all else that a test does.
 */
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    uvCache: string;
    keptEnvironments: string;
  }
}

/** What replicas have imported, beside the environment: each plane learns it for itself, whatever ran before. */
const LEARNED = ".template.json";
const COMPILED = ".compiled-all";
const RESOLUTIONS = "resolutions";

export interface SharedBuilds {
  uvCache: string;
  /** Where environments are kept; null for a plane that shall build its own. */
  environments: string | null;
}

/** `shared`: environments that others have built are there from the start; `own`: the plane builds what it needs. */
export type WhoseBuilds = "shared" | "own";

/** What the shared fixture keeps of builds. */
export function injectedBuilds(whose: WhoseBuilds): SharedBuilds {
  return { uvCache: inject("uvCache"), environments: whose === "own" ? null : inject("keptEnvironments") };
}

/** Prepares the folder of a data plane that starts in `home`. */
export function lendBuilds(home: string, { uvCache, environments }: SharedBuilds): void {
  const plane = join(home, "data-plane");
  mkdirSync(plane, { mode: 0o711 });
  mkdirSync(uvCache, { recursive: true });
  symlinkSync(uvCache, join(plane, "uv-cache"));
  if (environments === null || !existsSync(environments) || !canLink(environments, plane)) return;
  for (const name of readdirSync(environments).filter(isKept))
    linkFolder(join(environments, name), join(plane, "environments", name));
}

/** Keeps what the data plane of `home`, which has ended, has built beyond what is kept, as far as it has compiled it. */
export function keepBuilds(home: string, { environments }: SharedBuilds): void {
  const built = join(home, "data-plane", "environments");
  if (environments === null || !existsSync(built)) return;
  mkdirSync(join(environments, RESOLUTIONS), { recursive: true });
  if (!canLink(built, environments)) return;
  for (const name of readdirSync(built)) {
    if (!existsSync(join(built, name, COMPILED)) || existsSync(join(environments, name))) continue;
    const incoming = mkdtempSync(join(environments, "incoming-"));
    linkFolder(join(built, name), incoming);
    unlessThere(() => renameSync(incoming, join(environments, name)));
    rmSync(incoming, { recursive: true, force: true });
  }
  for (const name of readdirSync(join(built, RESOLUTIONS)))
    unlessThere(() => linkSync(join(built, RESOLUTIONS, name), join(environments, RESOLUTIONS, name)));
}

function isKept(name: string): boolean {
  return name === RESOLUTIONS || /^[0-9a-f]{40}$/.test(name);
}

/** Files are linked within one file system only. */
function canLink(from: string, to: string): boolean {
  return statSync(from).dev === statSync(to).dev;
}

/** What another run has kept meanwhile stays as it is. */
function unlessThere(keep: () => void): void {
  try {
    keep();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && /^(EEXIST|ENOTEMPTY)$/.test(String(error.code))))
      throw error;
  }
}

/** The same files in other folders: nobody writes into a file of an environment, it is only replaced. */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.name !== LEARNED) linkSync(source, target);
  }
}
