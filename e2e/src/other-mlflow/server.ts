/** Real MLflow servers of other kinds: another version, behind a sign-in, under a path prefix. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pid } from "node:process";
import { makeHome } from "@slipway/cli/config/home";
import { mlflowEnvironment, mlflowProcess } from "@slipway/cli/demo/mlflow-server";
import { nextFreePort } from "@slipway/cli/setup/ports";
import type { SupervisedProcess } from "@slipway/cli/supervisor/supervised-process";
import { Supervisor } from "@slipway/cli/supervisor/supervisor";
import { execa } from "execa";
import { inject } from "vitest";
import { withFileLock } from "#src/fixtures/file-lock.ts";

export interface OtherMlflow extends AsyncDisposable {
  uri: string;
  process: SupervisedProcess;
}

export interface OtherMlflowOptions {
  python: string;
  /** More words for `mlflow server`. */
  words?: string[];
  environment?: Record<string, string>;
  prefix?: string;
}

/** Starts a server on an empty store. */
export async function startOtherMlflow({
  python,
  words = [],
  environment = {},
  prefix = "",
}: OtherMlflowOptions): Promise<OtherMlflow> {
  await using undo = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), "slipway-mlflow-"));
  undo.defer(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, "mlflow");
  mkdirSync(folder);
  const port = await nextFreePort("127.0.0.1", 36_000 + (pid % 1_000) * 20);
  const uri = `http://127.0.0.1:${port}${prefix}`;
  const spec = mlflowProcess({ folder, port, uri }, python, home);
  const supervisor = undo.use(new Supervisor({ ...makeHome(home), warn: () => undefined }));
  const process = await supervisor.start({
    ...spec,
    command: [...spec.command, ...words, ...(prefix === "" ? [] : ["--static-prefix", prefix])],
    environment: { ...spec.environment, ...environment },
  });
  const kept = undo.move();
  return { uri, process, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Registers a model with the client of `python`. */
export async function logModel(
  python: string,
  uri: string,
  name: string,
  environment: Record<string, string> = {},
): Promise<void> {
  await execa(python, [new URL("./log_model.py", import.meta.url).pathname, name], {
    env: { ...mlflowEnvironment(), MLFLOW_TRACKING_URI: uri, ...environment },
    extendEnv: false,
  });
}

/** The Python of an environment with MLflow 2, made once and kept. */
export async function mlflow2Python(): Promise<string> {
  const cache = join(inject("repositoryRoot"), ".slipway-test");
  const folder = join(cache, "mlflow-2");
  const python = join(folder, "bin", "python");
  const env = { UV_CACHE_DIR: inject("uvCache"), UV_PYTHON_DOWNLOADS: "never" };
  await withFileLock(join(cache, "mlflow-2.lock"), async () => {
    await execa(inject("uv"), ["venv", "--quiet", "--allow-existing", "--python", inject("python"), folder], {
      env,
    });
    const requirements = join(inject("repositoryRoot"), "requirements", "mlflow-2.txt");
    await execa(inject("uv"), ["pip", "install", "--python", python, "--requirement", requirements], { env });
  });
  return python;
}
