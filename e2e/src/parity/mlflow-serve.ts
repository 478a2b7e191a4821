/** `mlflow models serve`, as a user of MLflow runs it, with a model of the suite. */
import { join } from "node:path";
import { mlflowEnvironment } from "@slipway/cli/demo/mlflow-server";
import { nextFreePort } from "@slipway/cli/setup/ports";
import type { Supervisor } from "@slipway/cli/supervisor/supervisor";
import { request } from "undici";
import { inject } from "vitest";

const HOST = "127.0.0.1";
const GRACE_MS = 5_000;

/** Starts a server and returns its origin. */
export async function serveWithMlflow(
  supervisor: Supervisor,
  { name, folder, firstPort }: { name: string; folder: string; firstPort: number },
): Promise<string> {
  const port = await nextFreePort(HOST, firstPort);
  const origin = `http://${HOST}:${port}`;
  const python = inject("python");
  await supervisor.start({
    name: `mlflow-serve-${name}`,
    command: [
      python,
      ...["-m", "mlflow", "models", "serve", "--model-uri", folder, "--env-manager", "local"],
      ...["--host", HOST, "--port", String(port)],
    ],
    // It starts uvicorn by name.
    environment: { ...mlflowEnvironment(), PATH: `${join(python, "..")}:${process.env.PATH}` },
    ready: () => answers(`${origin}/ping`),
    stopSignal: "SIGTERM",
    graceMs: GRACE_MS,
  });
  return origin;
}

async function answers(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false; // not listening yet
  }
}
