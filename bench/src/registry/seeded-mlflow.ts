/** A real MLflow server with a large registry: seeded once for each size, and copied for each run, which registers versions. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { fingerprint } from "@slipway/cli/setup/fingerprint";
import { runCommand } from "@slipway/cli/setup/run-command";
import type { Step } from "@slipway/cli/terminal/terminal";
import type { ProcessTree } from "#processes/process-tree.ts";
import { startMlflow } from "#setup/mlflow-server.ts";
import { plainEnvironment } from "#setup/plain-environment.ts";
import type { Options } from "./options.ts";

const SEED = "bench/registry/seed.py";
/** What `mlflow server` starts of itself. */
const WORKERS = 4;

export interface SeededMlflow extends AsyncDisposable {
  uri: string;
  tree: ProcessTree;
  /** How many requests it has answered so far. */
  requests(): number;
}

/** Starts the server, and seeds its database where that was not done for this size. */
export async function startSeededMlflow(
  folder: string,
  options: Options,
  { python, step, signal }: { python: string; step: Step; signal: AbortSignal },
): Promise<SeededMlflow> {
  const { models, versions, largest } = options;
  const name = fingerprint(repositoryRoot, [SEED], python, `${models}`, `${versions}`, `${largest}`);
  const seeded = join(folder, `seeded-${name.slice(0, 12)}.db`);
  if (existsSync(seeded)) step.note("as before");
  else {
    const partial = `${seeded}.partial`;
    rmSync(partial, { force: true });
    const sizes = ["--models", `${models}`, "--versions", `${versions}`, "--largest", `${largest}`];
    await runCommand([python, join(repositoryRoot, SEED), `sqlite:///${partial}`, ...sizes], {
      purpose: "Seeding the registry",
      step,
      signal,
      environment: { ...plainEnvironment(), MLFLOW_DISABLE_TELEMETRY: "true" },
      workingFolder: folder,
    });
    renameSync(partial, seeded);
  }
  const run = join(folder, "mlflow");
  rmSync(run, { recursive: true, force: true });
  mkdirSync(run, { recursive: true });
  copyFileSync(seeded, join(run, "mlflow.db"));
  const { uri, process, logPath } = await startMlflow(run, { python, workers: WORKERS, signal });
  return {
    uri,
    tree: process.tree,
    requests: () => readFileSync(logPath, "utf8").match(/"(?:GET|POST) \/api\/2\.0\/mlflow\//g)?.length ?? 0,
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
