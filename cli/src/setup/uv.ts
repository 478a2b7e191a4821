/** Provides `uv`, which builds all Python environments: the one on the PATH, else one of Slipway's own from PyPI. */
import { existsSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { Refusal } from "#terminal/refusal.ts";
import type { Step } from "#terminal/terminal.ts";
import { findPythons } from "./python.ts";
import { adviseOnNetwork, runCommand } from "./run-command.ts";

const VERSION = "0.13.9";

export interface UvOptions {
  step: Step;
  signal?: AbortSignal | undefined;
  searchPath?: string;
}

/**
 * Returns the path of a working `uv`.
 * @throws Refusal saying how to get it when this machine's Python can install nothing.
 */
export async function provideUv(
  toolsFolder: string,
  { step, signal, searchPath = process.env.PATH ?? "" }: UvOptions,
): Promise<string> {
  const own = join(toolsFolder, `uv-${VERSION}`, "bin", "uv");
  const installed = searchPath.split(delimiter).map((folder) => join(folder, "uv"));
  for (const candidate of [...installed, own]) {
    const version = existsSync(candidate) ? await versionOf(candidate) : undefined;
    if (version === undefined) continue;
    step.note(version);
    return candidate;
  }
  await installUv(join(toolsFolder, `uv-${VERSION}`), { step, signal, searchPath });
  const version = await versionOf(own);
  if (version === undefined) throw new Refusal(`uv was installed, but ${own} does not run.`);
  step.note(`${version}, installed`);
  return own;
}

async function versionOf(uv: string): Promise<string | undefined> {
  const { stdout, failed } = await execa(uv, ["--version"], { reject: false, timeout: 10_000 });
  return failed ? undefined : stdout.split(" ").slice(0, 2).join(" ");
}

/** Installs with the first interpreter that has pip, or can make an environment that has. */
async function installUv(folder: string, { step, signal, searchPath = "" }: UvOptions): Promise<void> {
  const options = { purpose: "Installing uv", step, signal, advise: adviseOnNetwork };
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `uv==${VERSION}`];
  rmSync(folder, { recursive: true, force: true });
  const pythons = await findPythons(searchPath);
  for (const { path } of pythons) {
    if (!(await canImport(path, "pip"))) continue;
    await runCommand([path, ...pip, "--target", folder], options);
    return;
  }
  for (const { path } of pythons) {
    if (!(await canImport(path, "venv, ensurepip"))) continue;
    await runCommand([path, "-m", "venv", folder], options);
    await runCommand([join(folder, "bin", "python"), ...pip], options);
    return;
  }
  throw new Refusal(
    "Slipway needs uv to build Python environments, and this Python can install nothing: it has neither pip nor ensurepip. " +
      "Install uv, or Python's own installer (Debian, Ubuntu: apt-get install python3-venv), then try again.",
  );
}

async function canImport(python: string, modules: string): Promise<boolean> {
  return !(await execa(python, ["-c", `import ${modules}`], { reject: false, timeout: 20_000 })).failed;
}
