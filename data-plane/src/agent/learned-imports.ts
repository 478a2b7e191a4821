/**
 * What replicas of an environment have imported, kept beside it: a template imports that before it forks others. Modules that
 * start threads are kept apart, as a fork would lose these.
 */
import { constants, existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "./atomic-file.ts";

const learnedSchema = z.object({ modules: z.array(z.string()), excluded: z.array(z.string()) });
type Learned = z.infer<typeof learnedSchema>;

const MODULE_NAME = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;
const MODULES_MAX = 20_000;
const LIST_BYTES_MAX = 4 * 1024 ** 2;
/** Packages that start threads and processes as they see fit: children import them for themselves. */
const LEFT_TO_CHILDREN = /^(tensorflow|keras|jax|jaxlib|pyspark|py4j|h2o|ray|dask|distributed)(\.|$)/;

export class LearnedImports {
  readonly #path: string;
  #learned: Learned | undefined;

  constructor(environmentFolder: string) {
    this.#path = join(environmentFolder, ".template.json");
  }

  /** All that a template shall import: what is known beforehand, then what was learned, in the order of its first import. */
  async modules(before: readonly string[]): Promise<string[]> {
    const { modules } = await this.#load();
    return this.allowed([...new Set([...before, ...modules])]);
  }

  /** Of some modules, those that a template may import. */
  async allowed(names: readonly string[]): Promise<string[]> {
    const { excluded } = await this.#load();
    const out = new Set(excluded);
    return names.filter((name) => isForTemplates(name) && !out.has(name));
  }

  /** Takes the names that a replica's process has written down; gives those that are new. */
  async learn(listPath: string): Promise<string[]> {
    const { modules, excluded } = await this.#load();
    const known = new Set([...modules, ...excluded]);
    const told = (await readListed(listPath)).filter((name) => isForTemplates(name) && !known.has(name));
    const fresh = [...new Set(told)].slice(0, Math.max(0, MODULES_MAX - known.size));
    if (fresh.length > 0) await this.#save({ modules: [...modules, ...fresh], excluded });
    return fresh;
  }

  /** Never imports these again. */
  async exclude(names: readonly string[]): Promise<void> {
    const { modules, excluded } = await this.#load();
    const all = new Set([...excluded, ...names]);
    if (all.size > excluded.length) await this.#save({ modules, excluded: [...all] });
  }

  async #load(): Promise<Learned> {
    if (this.#learned === undefined) {
      const text = existsSync(this.#path) ? await readFile(this.#path, "utf8") : "{}";
      const parsed = learnedSchema.safeParse(safeJson(text));
      // What cannot be read is learned anew.
      this.#learned = parsed.success ? parsed.data : { modules: [], excluded: [] };
    }
    return this.#learned;
  }

  async #save(learned: Learned): Promise<void> {
    this.#learned = learned;
    await writeFileAtomically(this.#path, JSON.stringify(learned));
  }
}

/** The lines of a file that a worker has written into its own folder; it may have put anything there, a link as well. */
export async function readListed(path: string): Promise<string[]> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (file === undefined) return [];
  await using _ = file;
  const { size } = await file.stat();
  if (!(await file.stat()).isFile() || size > LIST_BYTES_MAX) return [];
  return (await file.readFile("utf8")).split("\n");
}

function isForTemplates(name: string): boolean {
  return MODULE_NAME.test(name) && !LEFT_TO_CHILDREN.test(name);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller
  }
}
