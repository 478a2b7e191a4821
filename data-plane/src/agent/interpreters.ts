/** Finds the Python interpreters of the machine by asking each one what it is; pyenv's shims are not trusted. */
import { accessSync, constants, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Interpreter } from "./interpreter-choice.ts";
import type { RunTool } from "./tool.ts";

const PROBE =
  "import json,sys;print(json.dumps([sys.implementation.name,'.'.join(map(str,sys.version_info[:3]))," +
  "getattr(sys,'_base_executable',None) or sys.executable]))";
const probeSchema = z.tuple([z.string(), z.string(), z.string()]);
const PROBE_TIMEOUT_MS = 10_000;
const AT_ONCE_MAX = 3;
const NAME = /^python3?(\.\d+)?$/;
/** A Python that is installed while the data plane runs is found after this long. */
const FRESH_MS = 30_000;

export interface InterpretersOptions {
  runTool: RunTool;
  environment: Record<string, string>;
  workerUser: { uid: number; gid: number } | null;
}

export class Interpreters {
  readonly #options: InterpretersOptions;
  #found: { at: number; list: Promise<Interpreter[]> } | undefined;

  constructor(options: InterpretersOptions) {
    this.#options = options;
  }

  /** All interpreters as they were found last. When that was a while ago they are looked for anew, for whoever asks next. */
  async list(): Promise<Interpreter[]> {
    if (this.#found === undefined) return this.fresh();
    const { list } = this.#found;
    // One that fails is told to whoever asks next.
    if (Date.now() - this.#found.at > FRESH_MS) this.fresh().catch(() => undefined);
    return list;
  }

  /** All interpreters as they are now. */
  fresh(): Promise<Interpreter[]> {
    const list = this.#probeAll();
    this.#found = { at: Date.now(), list };
    return list;
  }

  async #probeAll(): Promise<Interpreter[]> {
    const waiting = candidates(this.#options.environment);
    const found = new Map<string, Interpreter>();
    const probeNext = async (): Promise<void> => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        const probed = await this.#probe(path);
        if (probed !== undefined) found.set(realpathSync(probed.path), probed);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE_MAX }, probeNext));
    return [...found.values()];
  }

  async #probe(command: string): Promise<Interpreter | undefined> {
    const { runTool, workerUser } = this.#options;
    const run = { command, environment: { PATH: "/usr/bin:/bin" }, timeoutMs: PROBE_TIMEOUT_MS };
    const asked = await runTool({ ...run, arguments: ["-I", "-S", "-c", PROBE] });
    const parsed = probeSchema.safeParse(asked.ok ? safeJson(asked.out) : undefined);
    if (!parsed.success || parsed.data[0] !== "cpython") return undefined;
    const [, version, path] = parsed.data;
    return { path, version, reachable: workerUser === null || isOpenToAll(path) };
  }
}

/** Paths that may be interpreters, each real file once. */
function candidates(environment: Record<string, string>): string[] {
  const home = environment.HOME ?? "/";
  const pyenv = join(environment.PYENV_ROOT ?? join(home, ".pyenv"), "versions");
  const uv =
    environment.UV_PYTHON_INSTALL_DIR ??
    join(environment.XDG_DATA_HOME ?? join(home, ".local/share"), "uv/python");
  const folders = [
    ...(environment.PATH ?? "").split(":").filter((folder) => folder.startsWith("/")),
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    ...[pyenv, uv, "/opt/python", "/usr/local/share/uv/python"].flatMap((parent) =>
      entries(parent).map((name) => join(parent, name, "bin")),
    ),
  ].filter((folder) => !folder.includes("/shims"));
  const paths = new Set<string>();
  for (const folder of folders) {
    for (const name of entries(folder)) {
      const path = NAME.test(name) ? executable(join(folder, name)) : undefined;
      if (path !== undefined) paths.add(path);
    }
  }
  return [...paths];
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that is not there holds no interpreters
  }
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return realpathSync(path);
  } catch {
    return undefined; // a dangling link, or not ours to execute
  }
}

/** True when any user may pass through the folders and execute the file. */
function isOpenToAll(path: string): boolean {
  const open = (place: string) => (statSync(place).mode & 0o001) !== 0;
  for (let place = realpathSync(path); ; place = dirname(place)) {
    if (!open(place)) return false;
    if (place === "/") return true;
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not a Python that understands the question
  }
}
