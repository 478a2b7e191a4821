/** A real MLflow server over a folder, as long as a benchmark needs it. */
import { join } from "node:path";
import { type MlflowServer, mlflowProcess, mlflowUri } from "@slipway/cli/demo/mlflow-server";
import { nextFreePort } from "@slipway/cli/setup/ports";
import { StartedProcess } from "#processes/started-process.ts";

const FIRST_PORT = 17_000;
const START_MS_MAX = 120_000;

export interface StartedMlflow {
  uri: string;
  process: StartedProcess;
  /** Where its log of requests goes. */
  logPath: string;
}

/** Starts the server over `mlflow.db` and `artifacts` of the folder, and waits until it answers. */
export async function startMlflow(
  folder: string,
  { python, workers = 1, signal }: { python: string; workers?: number; signal: AbortSignal },
): Promise<StartedMlflow> {
  const port = await nextFreePort("127.0.0.1", FIRST_PORT);
  const server: MlflowServer = { folder, port, uri: mlflowUri(port) };
  const { command, environment, ready } = mlflowProcess(server, python, folder, { workers });
  const logPath = join(folder, "server.log");
  const process = new StartedProcess({
    name: "The MLflow server",
    command,
    environment: { ...environment, PYTHONDONTWRITEBYTECODE: undefined },
    workingFolder: folder,
    logPath,
  });
  if (ready === "message") throw new Error("the MLflow server tells nobody that it is ready");
  await process.until(() => ready(0), { withinMs: START_MS_MAX, everyMs: 100, signal });
  return { uri: server.uri, process, logPath };
}
