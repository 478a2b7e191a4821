/** Builds the console into `console/dist` when its sources have changed since the last build. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "#config/home.ts";
import type { Step } from "#terminal/terminal.ts";
import { fingerprint, readMarker } from "./fingerprint.ts";
import { runCommand } from "./run-command.ts";

const SOURCES = ["console", "contracts/src", "package-lock.json", "tsconfig.base.json"];

/** Makes sure that the console is built, and returns the folder that holds it. */
export async function provideConsole(step: Step, signal?: AbortSignal): Promise<string> {
  const dist = join(repositoryRoot, "console", "dist");
  const marker = join(dist, ".sources");
  const wanted = fingerprint(repositoryRoot, SOURCES);
  if (readMarker(marker) === wanted && existsSync(join(dist, "index.html"))) {
    step.note("as before");
    return dist;
  }
  const vite = join(repositoryRoot, "node_modules", "vite", "bin", "vite.js");
  await runCommand([process.execPath, vite, "build", "--outDir", dist, "--emptyOutDir"], {
    purpose: "Building the console",
    step,
    signal,
    workingFolder: join(repositoryRoot, "console"),
  });
  writeFileSync(marker, wanted);
  return dist;
}
