/**
 * Compiles what a model imports, once per environment, after its first start: without byte code every start costs many
 * times the processor time. The model's own process may not write to the shared environment, so it only names files;
 * the compiler reads them without running them.
 */
import { existsSync } from "node:fs";
import { realpath, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { readListed } from "./learned-imports.ts";
import type { RunTool } from "./tool.ts";

const MARKER = ".compiled-";
/** In place of a model's digest: the files of the template too. */
const ALL = "all";
const COMPILE_TIMEOUT_MS = 10 * 60_000;

/** The files that a worker names: of all that is imported, of what its template had not, or none. */
export type NamedFiles = "all" | "new" | "none";

export class ByteCode {
  readonly #runTool: RunTool;
  #queue: Promise<void> = Promise.resolve();
  /** Environments of which a worker is to name all files. */
  readonly #naming = new Set<string>();

  constructor(runTool: RunTool) {
    this.#runTool = runTool;
  }

  /**
   * Compiles the files that a worker has named in `listPath`, as far as they lie in the environment, unless this was done for
   * that model. One compilation runs at a time, at the lowest priority.
   */
  compile(
    environmentFolder: string,
    modelDigest: string,
    { names, listPath }: { names: NamedFiles; listPath: string },
  ): Promise<void> {
    const done = names === "all" ? [ALL, modelDigest] : [modelDigest];
    this.#queue = this.#queue
      .catch(() => undefined)
      .then(() => this.#compile(environmentFolder, done, listPath))
      .finally(() => this.ended(environmentFolder, names));
    return this.#queue;
  }

  /**
   * What a worker of that model that starts now shall name: nothing where its files are compiled, else what it imports beyond
   * its template. Until that is compiled one at a time, from here to its end or `compile`, names its template's files too: to
   * look at a module makes its memory the worker's own, some 20 MB for all.
   */
  toName(environmentFolder: string, modelDigest: string): NamedFiles {
    if (isCompiled(environmentFolder, modelDigest)) return "none";
    if (isCompiled(environmentFolder, ALL) || this.#naming.has(environmentFolder)) return "new";
    this.#naming.add(environmentFolder);
    return "all";
  }

  /** Takes note that a worker names nothing any more. */
  ended(environmentFolder: string, names: NamedFiles): void {
    if (names === "all") this.#naming.delete(environmentFolder);
  }

  async #compile(environmentFolder: string, done: readonly string[], listPath: string): Promise<void> {
    if (done.every((what) => isCompiled(environmentFolder, what)) || !existsSync(listPath)) return;
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
    if (!result.ok) return;
    for (const what of done) await writeFile(markerOf(environmentFolder, what), "");
  }
}

/** `what`: a model's digest, or `ALL`. */
function isCompiled(environmentFolder: string, what: string): boolean {
  return existsSync(markerOf(environmentFolder, what));
}

function markerOf(environmentFolder: string, what: string): string {
  return join(environmentFolder, `${MARKER}${what}`);
}
