/** Builds the Python environment of Slipway's own tools: MLflow, every artifact store's client, scikit-learn. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "#config/home.ts";
import type { Step } from "#terminal/terminal.ts";
import { fingerprint, readMarker } from "./fingerprint.ts";
import type { Python } from "./python.ts";
import { adviseOnNetwork, runCommand } from "./run-command.ts";

const REQUIREMENTS = "requirements/tools.txt";

export interface ToolsEnvironmentOptions {
  uv: string;
  uvCache: string;
  python: Python;
  step: Step;
  signal?: AbortSignal;
  /** More requirement files, relative to the repository's root. */
  alsoInstall?: readonly string[];
}

/** Makes sure that the environment in `folder` holds what the requirement files say, and returns its interpreter. */
export async function provideToolsEnvironment(
  folder: string,
  options: ToolsEnvironmentOptions,
): Promise<string> {
  const { uv, uvCache, python, step, signal, alsoInstall = [] } = options;
  const requirements = [REQUIREMENTS, ...alsoInstall];
  const wanted = fingerprint(repositoryRoot, requirements, python.path, python.version);
  const marker = join(folder, ".slipway-requirements");
  const interpreter = join(folder, "bin", "python");
  if (readMarker(marker) === wanted && existsSync(interpreter)) {
    step.note("as before");
    return interpreter;
  }
  const common = {
    purpose: "Building the Python environment of the tools",
    step,
    signal,
    advise: adviseOnNetwork,
    environment: { ...process.env, UV_CACHE_DIR: uvCache, UV_PYTHON_DOWNLOADS: "never" },
    workingFolder: repositoryRoot,
  };
  await runCommand([uv, "venv", "--quiet", "--clear", "--python", python.path, folder], common);
  const files = requirements.flatMap((file) => ["--requirement", file]);
  await runCommand([uv, "pip", "install", "--python", interpreter, ...files], common);
  writeFileSync(marker, wanted);
  step.note(`Python ${python.version}`);
  return interpreter;
}
