/**
 * Python environments, addressed by what is in them: `environments/<key>/` with `lock.txt`, built once by uv however many
 * ask. `resolutions/<key>` remembers what requirements resolved to, so that a second deployment needs no network.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file.ts";
import { Failure } from "./failure.ts";
import { chooseInterpreter, type Interpreter } from "./interpreter-choice.ts";
import type { Interpreters } from "./interpreters.ts";
import type { StoredModel } from "./model-store.ts";
import { type Requirements, readRequirements } from "./requirements.ts";
import { type Progress, SharedJobs } from "./shared-jobs.ts";
import type { SupportStore } from "./support-store.ts";
import type { Uv } from "./uv.ts";

export interface BuiltEnvironment {
  hash: string;
  folder: string;
  python: string;
  /** Packages of the worker's own; null where there are none. */
  support: string | null;
  /** One line on what was found or built. */
  message: string;
}

export interface EnvironmentStoreOptions {
  folder: string;
  uv: Uv;
  interpreters: Interpreters;
  support: SupportStore;
  /** For models that do not say which Python they want. */
  fallbackPython: string;
}

export class EnvironmentStore {
  readonly #options: EnvironmentStoreOptions;
  readonly #resolving = new SharedJobs<{ lock: string; cached: boolean }>();
  readonly #building = new SharedJobs<boolean>();

  constructor(options: EnvironmentStoreOptions) {
    this.#options = options;
  }

  /** Makes the folders and removes half built environments of an earlier process. */
  async open(): Promise<void> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o755 });
    await rm(this.#temporaryFolder, { recursive: true, force: true });
    await mkdir(this.#temporaryFolder, { mode: 0o755 });
    await mkdir(this.#resolutionsFolder, { recursive: true, mode: 0o700 });
  }

  /**
   * The environment of a model, built unless it is here.
   * @throws Failure `PythonVersionMissing` or `EnvironmentFailed`.
   */
  async ensure(model: StoredModel, progress: Progress): Promise<BuiltEnvironment> {
    const wanted = model.facts.pythonVersion ?? this.#options.fallbackPython;
    const interpreter = await this.#interpreterFor(wanted);
    const requirements = await readRequirements(model.folder, model.facts);
    const { lock } = await this.#resolve(requirements, { interpreter, cwd: model.folder, progress });
    const { hash, folder } = await this.#placeOf(lock, interpreter);
    const built = await this.#building.run(hash, progress, async (tell) => {
      if (existsSync(join(folder, "lock.txt"))) return false;
      await this.#build({ folder, lock, interpreter, cwd: model.folder }, tell);
      return true;
    });
    const support = await this.#options.support.ensure(interpreter, progress);
    const other =
      interpreter.version === wanted
        ? ""
        : ` The model was saved with Python ${wanted}; ${interpreter.version} is used.`;
    const packages = lock.split("\n").filter((line) => /^[A-Za-z0-9]/.test(line)).length;
    const message = `${built ? "Built" : "Cached"}: ${packages} packages on Python ${interpreter.version}.${other}`;
    return { hash, folder, python: join(folder, "bin", "python"), support, message };
  }

  /** What requirements have resolved to for an interpreter; null where nobody has built from them yet. */
  async knownLock(requirements: Requirements, interpreter: Interpreter): Promise<string | null> {
    const path = this.#resolutionPath(requirements, interpreter);
    return existsSync(path) ? await readFile(path, "utf8") : null;
  }

  /** Whether an environment with just these packages is here. */
  async isBuilt(lock: string, interpreter: Interpreter): Promise<boolean> {
    return existsSync(join((await this.#placeOf(lock, interpreter)).folder, "lock.txt"));
  }

  async #placeOf(lock: string, interpreter: Interpreter): Promise<{ hash: string; folder: string }> {
    const uv = await this.#options.uv.major();
    const hash = keyOf([lock, interpreter.version, PLATFORM, uv]).slice(0, 40);
    return { hash, folder: join(this.#options.folder, hash) };
  }

  #resolutionPath(requirements: Requirements, interpreter: Interpreter): string {
    return join(this.#resolutionsFolder, `${resolutionKey(requirements, interpreter)}.txt`);
  }

  /** One that is there already is not looked for anew; one that is missing may have been installed a moment ago. */
  async #interpreterFor(wanted: string): Promise<Interpreter> {
    const { interpreters } = this.#options;
    try {
      return chooseInterpreter(wanted, await interpreters.list());
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return chooseInterpreter(wanted, await interpreters.fresh());
    }
  }

  #resolve(
    requirements: Requirements,
    { interpreter, cwd, progress }: { interpreter: Interpreter; cwd: string; progress: Progress },
  ): Promise<{ lock: string; cached: boolean }> {
    const key = resolutionKey(requirements, interpreter);
    return this.#resolving.run(key, progress, async (tell) => {
      const path = this.#resolutionPath(requirements, interpreter);
      if (existsSync(path)) return { lock: await readFile(path, "utf8"), cached: true };
      const temporary = await mkdtemp(join(this.#temporaryFolder, "resolve-"));
      try {
        tell(`Resolving the requirements for Python ${interpreter.version}`);
        const input = join(temporary, "requirements.txt");
        await writeFile(input, absoluteReferences(requirements.text, cwd));
        const lock = await this.#options.uv.compile(input, {
          python: interpreter.path,
          cwd,
          progress: tell,
        });
        await writeFileAtomically(path, lock);
        return { lock, cached: false };
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    });
  }

  async #build(
    {
      folder,
      lock,
      interpreter,
      cwd,
    }: { folder: string; lock: string; interpreter: Interpreter; cwd: string },
    progress: Progress,
  ): Promise<void> {
    // Not mkdtemp: its folders are closed to the workers' user.
    const temporary = join(
      this.#temporaryFolder,
      `build-${keyOf([folder, String(Date.now())]).slice(0, 12)}`,
    );
    try {
      await this.#options.uv.createEnvironment(temporary, { python: interpreter.path, progress });
      const lockPath = join(temporary, "lock.incoming.txt");
      await writeFile(lockPath, lock);
      const python = join(temporary, "bin", "python");
      await this.#options.uv.install(lockPath, { python, cwd, progress });
      await rename(lockPath, join(temporary, "lock.txt"));
      await rm(folder, { recursive: true, force: true });
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  get #temporaryFolder(): string {
    return join(this.#options.folder, "tmp");
  }

  get #resolutionsFolder(): string {
    return join(this.#options.folder, "resolutions");
  }
}

const PLATFORM = `${process.platform}-${process.arch}`;

function resolutionKey({ sources }: Requirements, { version }: Interpreter): string {
  return keyOf([...sources, version, PLATFORM]);
}

function keyOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** `-c constraints.txt` and `-r other.txt` mean files beside the model's own requirements. */
function absoluteReferences(text: string, folder: string): string {
  return text.replace(
    /^(\s*(?:-c|--constraint|-r|--requirement)[ =]+)([^/\s][^\s]*)/gm,
    (_, option: string, name: string) => `${option}${join(folder, name)}`,
  );
}
