/**
 * Compiles what a model imports, once per environment, after its first start: without byte code every start costs many
 * times the processor time. The model's own process may not write to the shared environment, so it only names files;
 * the compiler reads them without running them.
 */
import { existsSync, readdirSync } from "node:fs";
import { realpath, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { readListed } from "./learned-imports.ts";
import type { RunTool } from "./tool.ts";

const MARKER = ".compiled-";
const COMPILE_TIMEOUT_MS = 10 * 60_000;

/** The files that a worker names: of all that is imported, of what its template had not, or none. */
export type NamedFiles = "all" | "new" | "none";

export class ByteCode {
  readonly #runTool: RunTool;
  #queue: Promise<void> = Promise.resolve();
  /** Environments of which one worker names all files. */
  readonly #named = new Set<string>();

  constructor(runTool: RunTool) {
    this.#runTool = runTool;
  }

  /**
   * Compiles the files that `listPath` names, as far as they lie in the environment, unless this was done for that model.
   * One compilation runs at a time, at the lowest priority.
   */
  compile(environmentFolder: string, modelDigest: string, listPath: string): Promise<void> {
    this.#queue = this.#queue
      .catch(() => undefined)
      .then(() => this.#compile(environmentFolder, modelDigest, listPath))
      .finally(() => this.#named.delete(environmentFolder));
    return this.#queue;
  }

  /**
   * What a worker of that model that starts now shall name: nothing where its files are compiled, else what it imports beyond
   * its template. The first of an environment names its template's files too, and no other until `namedNothing` or `compile`:
   * to look at a module makes its memory the worker's own, some 20 MB for all.
   */
  toName(environmentFolder: string, modelDigest: string): NamedFiles {
    if (isCompiled(environmentFolder, modelDigest)) return "none";
    const isNew = !readdirSync(environmentFolder).some((name) => name.startsWith(MARKER));
    if (!isNew || this.#named.has(environmentFolder)) return "new";
    this.#named.add(environmentFolder);
    return "all";
  }

  /** Takes note that a worker has ended without naming its files. */
  namedNothing(environmentFolder: string): void {
    this.#named.delete(environmentFolder);
  }

  async #compile(environmentFolder: string, modelDigest: string, listPath: string): Promise<void> {
    if (isCompiled(environmentFolder, modelDigest) || !existsSync(listPath)) return;
    const inside = (await realpath(environmentFolder)) + sep;
    const files: string[] = [];
    for (const file of await readListed(listPath)) {
      const path = file.endsWith(".py") ? await realpath(file).catch(() => "") : "";
      if (path.startsWith(inside)) files.push(path);
    }
    const result = await this.#runTool({
      command: "/usr/bin/env",
      // `-I -S`: nothing that a package could have hooked into Python's start is run.
      // biome-ignore format: one option a line reads worse
      arguments: ["nice", "-n", "19", join(environmentFolder, "bin", "python"), "-I", "-S", "-m", "compileall", "-q", "-i", "-"],
      environment: { PATH: "/usr/bin:/bin" },
      cwd: "/",
      input: `${files.join("\n")}\n`,
      timeoutMs: COMPILE_TIMEOUT_MS,
    });
    if (result.ok) await writeFile(markerOf(environmentFolder, modelDigest), "");
  }
}

function isCompiled(environmentFolder: string, modelDigest: string): boolean {
  return existsSync(markerOf(environmentFolder, modelDigest));
}

function markerOf(environmentFolder: string, modelDigest: string): string {
  return join(environmentFolder, `${MARKER}${modelDigest}`);
}
