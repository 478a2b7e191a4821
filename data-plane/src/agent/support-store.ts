/**
 * Packages of the worker's own, beside the model's environment: one folder for each version of Python. The model's environment
 * comes first on the path, so that a version of its own wins. Without the folder the worker does the same, more slowly.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "./failure.ts";
import type { Interpreter } from "./interpreter-choice.ts";
import { type Progress, SharedJobs } from "./shared-jobs.ts";
import type { Uv } from "./uv.ts";

/** A fast reader and writer of JSON. */
const JSON_PACKAGE = "orjson>=3.10,<4";
/** And a faster reader of numbers, which is not built for every Python and machine. */
const ALL_PACKAGES = [JSON_PACKAGE, "pysimdjson>=7,<8"];
/** Of a machine without network the attempt is not made anew for each start. */
const RETRY_MS = 10 * 60_000;

export class SupportStore {
  readonly #folder: string;
  readonly #uv: Pick<Uv, "installInto">;
  readonly #installing = new SharedJobs<void>();
  readonly #failedAtMs = new Map<string, number>();

  constructor(options: { folder: string; uv: Pick<Uv, "installInto"> }) {
    this.#folder = options.folder;
    this.#uv = options.uv;
  }

  /**
   * The folder for an interpreter, installed unless it is here: of all packages, else of the first, else null. What cannot be
   * installed is said in `progress`, and tried again with a later start.
   */
  async ensure(interpreter: Interpreter, progress: Progress): Promise<string | null> {
    return (
      (await this.#ensure(ALL_PACKAGES, interpreter, progress)) ??
      (await this.#ensure([JSON_PACKAGE], interpreter, progress))
    );
  }

  async #ensure(
    packages: readonly string[],
    { path, version }: Interpreter,
    progress: Progress,
  ): Promise<string | null> {
    const key = `python-${version}-${packages.join("-").replaceAll(/[^A-Za-z0-9.-]/g, "-")}`;
    const folder = join(this.#folder, key);
    if (existsSync(folder)) return folder;
    if (Date.now() - (this.#failedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < RETRY_MS) return null;
    try {
      await this.#installing.run(key, progress, (tell) => this.#install(folder, { path, packages }, tell));
      return folder;
    } catch (error) {
      this.#failedAtMs.set(key, Date.now());
      const what = packages.join(" and ");
      progress(`The worker goes on without ${what}, more slowly: ${Failure.from(error).message}`);
      return null;
    }
  }

  async #install(
    folder: string,
    { path, packages }: { path: string; packages: readonly string[] },
    progress: Progress,
  ): Promise<void> {
    if (existsSync(folder)) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o755 });
    const temporary = `${folder}.incoming`;
    await rm(temporary, { recursive: true, force: true });
    await this.#uv.installInto(temporary, { python: path, packages, progress });
    await rename(temporary, folder);
  }
}
