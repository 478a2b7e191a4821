/** A real, empty MLflow server for one test file. */
// biome-ignore lint/style/noRestrictedImports: the room itself starts nothing; its tests start a real MLflow
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stop as close, listen } from "./proxy.ts";

const START_MS_MAX = 150_000;
const STOP_MS_MAX = 10_000;

/** Starts it with SQLite and proxied artifacts in a temporary folder; or with `words` instead of those that proxy them. */
export async function startMlflow(
  python: string,
  words?: string[],
): Promise<{ uri: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-registry-"));
  const uri = await freeAddress();
  const log = join(folder, "log");
  const command = [
    ...["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", new URL(uri).port, "--workers", "1"],
    ...["--backend-store-uri", `sqlite:///${join(folder, "mlflow.db")}`],
    ...(words ?? ["--artifacts-destination", join(folder, "artifacts")]),
  ];
  const server = spawn("sh", ["-c", 'exec "$@" >log 2>&1', "sh", python, ...command], {
    cwd: folder,
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(?:MLFLOW_|PYTHON)/.test(name)),
      ),
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
      MLFLOW_DISABLE_TELEMETRY: "true",
    },
    stdio: "ignore",
  });
  const abandon = () => server.kill();
  process.once("exit", abandon);
  async function stop(): Promise<void> {
    await end(server);
    process.off("exit", abandon);
    await rm(folder, { recursive: true, force: true });
  }
  for (const startedAt = Date.now(); !(await answers(uri)); await sleep(200)) {
    if (server.exitCode === null && Date.now() - startedAt < START_MS_MAX) continue;
    const said = await readFile(log, "utf8");
    await stop();
    throw new Error(`MLflow did not start:\n${said}`);
  }
  return { uri, stop };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  const timer = setTimeout(() => server.kill("SIGKILL"), STOP_MS_MAX);
  await ended;
  clearTimeout(timer);
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  const address = await listen(server);
  await close(server);
  return address;
}

async function answers(uri: string): Promise<boolean> {
  try {
    return (await fetch(`${uri}/health`)).ok;
  } catch {
    return false; // not listening yet
  }
}
