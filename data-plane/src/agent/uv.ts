/** The calls to uv that make an environment, and the folder of packages beside it. */
import { Failure } from "./failure.ts";
import type { Progress } from "./shared-jobs.ts";
import type { RunTool, ToolResult } from "./tool.ts";

const RESOLVE_TIMEOUT_MS = 10 * 60_000;
const INSTALL_TIMEOUT_MS = 60 * 60_000;
const ERROR_LENGTH_MAX = 700;

export interface UvOptions {
  uv: string;
  cache: string;
  environment: Record<string, string>;
  runTool: RunTool;
}

export class Uv {
  readonly #options: UvOptions;
  #major: Promise<string> | undefined;

  constructor(options: UvOptions) {
    this.#options = options;
  }

  /** uv's major version: environments of another one are built anew. */
  major(): Promise<string> {
    this.#major ??= this.#run(["--version"], {
      cwd: "/",
      timeoutMs: 30_000,
      progress: () => undefined,
      doing: "uv does not run",
    }).then(({ out }) => /(\d+)\./.exec(out)?.[1] ?? "0");
    return this.#major;
  }

  /** Resolves requirements to exact pins; gives the lock. */
  async compile(
    requirementsPath: string,
    options: { python: string; cwd: string; progress: Progress },
  ): Promise<string> {
    const args = [
      "pip",
      "compile",
      "--no-header",
      "--no-annotate",
      "--python",
      options.python,
      requirementsPath,
    ];
    const doing = "The requirements cannot be resolved";
    // The lock is printed on standard output; only what uv says beside it is progress.
    return (await this.#run(args, { ...options, timeoutMs: RESOLVE_TIMEOUT_MS, doing })).out;
  }

  /**
   * Resolves for whoever only looks, once, briefly, and from wheels alone: no code of a package runs. `pythonVersion` stands for
   * an interpreter that is not here; `python` then only carries uv.
   */
  async tryCompile(options: {
    requirementsPath: string;
    constraintsPath: string | null;
    python: string;
    pythonVersion: string | null;
    cwd: string;
    timeoutMs: number;
  }): Promise<ToolResult> {
    const { requirementsPath, constraintsPath, python, pythonVersion, cwd, timeoutMs } = options;
    const args = [
      ...["pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"],
      ...["--python", python],
      ...(pythonVersion === null ? [] : ["--python-version", pythonVersion]),
      ...(constraintsPath === null ? [] : ["--constraint", constraintsPath]),
      requirementsPath,
    ];
    const impatient = { UV_HTTP_RETRIES: "0" };
    return this.#call(args, { cwd, timeoutMs, progress: () => undefined, environment: impatient });
  }

  /** Makes an empty environment that may be moved. */
  async createEnvironment(folder: string, options: { python: string; progress: Progress }): Promise<void> {
    const doing = "The environment cannot be made";
    const args = ["venv", "--relocatable", "--python", options.python, folder];
    await this.#run(args, { ...options, cwd: "/", timeoutMs: 60_000, doing });
  }

  /** Installs exactly what the lock says. */
  async install(
    lockPath: string,
    options: { python: string; cwd: string; progress: Progress },
  ): Promise<void> {
    const doing = "The packages cannot be installed";
    const args = ["pip", "sync", "--python", options.python, lockPath];
    await this.#run(args, { ...options, timeoutMs: INSTALL_TIMEOUT_MS, doing });
  }

  /** Installs wheels, without what they depend on, into a folder that is no environment. */
  async installInto(
    folder: string,
    options: { python: string; packages: readonly string[]; progress: Progress },
  ): Promise<void> {
    const { python, packages, progress } = options;
    const doing = `${packages.join(", ")} cannot be installed`;
    const how = ["--no-deps", "--only-binary", ":all:", "--python", python, "--target", folder];
    await this.#run(["pip", "install", ...how, ...packages], {
      cwd: "/",
      timeoutMs: 60_000,
      progress,
      doing,
    });
  }

  async #run(
    args: string[],
    options: { cwd: string; timeoutMs: number; progress: Progress; doing: string },
  ): Promise<ToolResult> {
    const result = await this.#call(args, options);
    if (result.ok) return result;
    const why = result.timedOut
      ? `uv did not end within ${options.timeoutMs / 60_000} min`
      : uvErrorLine(result.error);
    throw new Failure("EnvironmentFailed", `${options.doing}: ${why}`);
  }

  #call(
    args: string[],
    options: {
      cwd: string;
      timeoutMs: number;
      progress: Progress;
      environment?: Record<string, string>;
    },
  ): Promise<ToolResult> {
    const { uv, cache, environment, runTool } = this.#options;
    return runTool({
      command: uv,
      arguments: args,
      cwd: options.cwd,
      environment: {
        // The machine's own certificate authorities count, as they do for every other program.
        UV_SYSTEM_CERTS: "1",
        ...environment,
        ...options.environment,
        UV_CACHE_DIR: cache,
        UV_PYTHON_DOWNLOADS: "never",
        UV_NO_PROGRESS: "1",
        NO_COLOR: "1",
      },
      timeoutMs: options.timeoutMs,
      onError: options.progress,
    });
  }
}

/** The sentence of uv's output that says what is wrong, its box drawing and line breaks removed. */
export function uvErrorLine(output: string): string {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const start = lines.findIndex((line) => /^\s*(×|error:)/.test(line));
  const told = lines.slice(Math.max(start, 0)).filter((line) => line.trim() !== "");
  const hint = told.findIndex((line) => /^\s*hint:/.test(line));
  const text = (hint > 0 ? told.slice(0, hint) : told)
    .map((line) => line.replace(/^[\s×│├╰─▶]+/, "").replace(/^(error|cause):\s*/, ""))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
  return text.length > ERROR_LENGTH_MAX
    ? `${text.slice(0, ERROR_LENGTH_MAX)} …`
    : text || "uv gave no reason";
}
