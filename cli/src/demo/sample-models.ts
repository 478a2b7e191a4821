/** Registers the sample models in the demo's MLflow (`cli/demo/seed.py`). */
import { join } from "node:path";
import { repositoryRoot } from "#config/home.ts";
import { runCommand } from "#setup/run-command.ts";
import type { Step } from "#terminal/terminal.ts";
import { isSeeded, type MlflowServer, markSeeded, mlflowEnvironment } from "./mlflow-server.ts";

/** Trains and registers the sample models, once; the script waits for the server by itself. */
export async function seedSampleModels(
  server: MlflowServer,
  python: string,
  { step, signal }: { step: Step; signal?: AbortSignal },
): Promise<void> {
  if (isSeeded(server)) {
    step.note("as before");
    return;
  }
  const script = join(repositoryRoot, "cli", "demo", "seed.py");
  await runCommand([python, script, server.uri], {
    purpose: "Registering the sample models",
    step,
    signal,
    environment: mlflowEnvironment(),
    workingFolder: server.folder,
  });
  markSeeded(server);
}
