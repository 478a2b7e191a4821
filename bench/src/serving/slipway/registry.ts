/** A real MLflow server that holds the benchmark's models, and their request bodies: made once, kept below the cache folder. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@slipway/cli/config/home";
import { fingerprint } from "@slipway/cli/setup/fingerprint";
import { runCommand } from "@slipway/cli/setup/run-command";
import type { Step } from "@slipway/cli/terminal/terminal";
import { startMlflow } from "#setup/mlflow-server.ts";
import { ONE_THREAD, plainEnvironment } from "#setup/plain-environment.ts";

const MODELS = join(repositoryRoot, "bench", "serving", "models");
const TRAIN = join(MODELS, "train.py");

export interface Registry extends AsyncDisposable {
  uri: string;
  /** Where the models' copies, bodies and answers are. */
  samplesFolder: string;
}

/** Starts the server, and trains and registers the models where that was not done for these sources. */
export async function startRegistry(
  cacheFolder: string,
  { python, step, signal }: { python: string; step: Step; signal: AbortSignal },
): Promise<Registry> {
  const name = `models-${fingerprint(repositoryRoot, sources(), python).slice(0, 12)}`;
  const folder = join(cacheFolder, name);
  const made = existsSync(folder);
  if (!made) await train(folder, { python, step, signal });
  else step.note("as before");
  for (const other of readdirSync(cacheFolder)) {
    if (/^models-/.test(other) && other !== name) rmSync(join(cacheFolder, other), { recursive: true });
  }
  const server = await startMlflow(folder, { python, signal });
  return {
    uri: server.uri,
    samplesFolder: join(folder, "samples"),
    [Symbol.asyncDispose]: () => server.process[Symbol.asyncDispose](),
  };
}

/** What the models are made from. Not Python's own cache beside it. */
function sources(): string[] {
  const code = readdirSync(MODELS).filter((name) => name.endsWith(".py"));
  return [...code.map((name) => `bench/serving/models/${name}`), "bench/serving/requirements/mlflow.txt"];
}

/** In a folder beside it, so that it is whole or absent. */
async function train(
  folder: string,
  { python, step, signal }: { python: string; step: Step; signal: AbortSignal },
): Promise<void> {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const server = await startMlflow(partial, { python, signal });
  try {
    await runCommand([python, TRAIN, server.uri, join(partial, "samples")], {
      purpose: "Training the models",
      step,
      signal,
      environment: { ...plainEnvironment(), ...ONE_THREAD, MLFLOW_DISABLE_TELEMETRY: "true" },
      workingFolder: partial,
    });
  } finally {
    await server.process[Symbol.asyncDispose]();
  }
  renameSync(partial, folder);
}
