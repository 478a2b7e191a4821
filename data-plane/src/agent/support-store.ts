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

/** A fast reader and writer of JSON, and a faster reader of numbers, which is not built for every Python and machine. */
const PACKAGES = ["orjson>=3.10,<4", "pysimdjson>=7,<8"];
/** Of a machine without network the attempt is not made anew for each start. */
const RETRY_MS = 10 * 60_000;

export class SupportStore {
  readonly #folder: string;
  readonly #uv: Uv;
  readonly #installing = new SharedJobs<void>();
  readonly #failedAtMs = new Map<string, number>();

  constructor(options: { folder: string; uv: Uv }) {
    this.#folder = options.folder;
    this.#uv = options.uv;
  }

  /** The folder for an interpreter, installed unless it is here; null, said in `progress`, when that does not work. */
  async ensure({ path, version }: Interpreter, progress: Progress): Promise<string | null> {
    const key = `python-${version}-${PACKAGES.join("-").replaceAll(/[^A-Za-z0-9.-]/g, "-")}`;
    const folder = join(this.#folder, key);
    if (existsSync(folder)) return folder;
    if (Date.now() - (this.#failedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < RETRY_MS) return null;
    try {
      await this.#installing.run(key, progress, (tell) => this.#install(folder, path, tell));
      return folder;
    } catch (error) {
      this.#failedAtMs.set(key, Date.now());
      progress(`The worker goes on without its own packages: ${Failure.from(error).message}`);
      return null;
    }
  }

  async #install(folder: string, python: string, progress: Progress): Promise<void> {
    if (existsSync(folder)) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o755 });
    const temporary = `${folder}.incoming`;
    await rm(temporary, { recursive: true, force: true });
    try {
      await this.#uv.installInto(temporary, { python, packages: PACKAGES, progress });
    } catch (error) {
      progress(`The worker reads numbers more slowly: ${Failure.from(error).message}`);
      await this.#uv.installInto(temporary, { python, packages: PACKAGES.slice(0, 1), progress });
    }
    await rename(temporary, folder);
  }
}
