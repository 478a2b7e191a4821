/** Python environments of the sides, each with its own pins, built once by uv below the cache folder. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { fingerprint, readMarker } from "@slipway/cli/setup/fingerprint";
import type { Python } from "@slipway/cli/setup/python";
import { adviseOnNetwork, runCommand } from "@slipway/cli/setup/run-command";
import type { Step } from "@slipway/cli/terminal/terminal";
import { plainEnvironment } from "./plain-environment.ts";

export interface EnvironmentBuilder {
  uv: string;
  uvCache: string;
  python: Python;
  /** Holds the environments, by name. */
  folder: string;
  signal: AbortSignal;
}

/** Makes sure that an environment holds what a requirements file (relative to the repository) says; returns its `bin`. */
export async function provideEnvironment(
  name: string,
  requirements: string,
  builder: EnvironmentBuilder,
  step: Step,
): Promise<string> {
  const { uv, uvCache, python, signal } = builder;
  const folder = join(builder.folder, name);
  const bin = join(folder, "bin");
  const marker = join(folder, ".requirements");
  const wanted = fingerprint(repositoryRoot, [requirements], python.path, python.version);
  if (readMarker(marker) === wanted && existsSync(join(bin, "python"))) {
    step.note("as before");
    return bin;
  }
  const common = {
    purpose: `Building the environment of ${name}`,
    step,
    signal,
    advise: adviseOnNetwork,
    environment: { ...plainEnvironment(), UV_CACHE_DIR: uvCache, UV_PYTHON_DOWNLOADS: "never" },
    workingFolder: repositoryRoot,
  };
  await runCommand([uv, "venv", "--quiet", "--clear", "--python", python.path, folder], common);
  // With byte code: without it, a start costs several times the processor time.
  const install = ["pip", "install", "--compile-bytecode", "--python", join(bin, "python")] as const;
  await runCommand([uv, ...install, "--requirement", requirements], common);
  writeFileSync(marker, wanted);
  return bin;
}
