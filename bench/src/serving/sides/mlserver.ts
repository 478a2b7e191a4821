/** MLServer with its own runtime for MLflow models, and its adaptive batching. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { v2Predictions } from "#serving/predictions.ts";
import type { PythonSideSpec, StartFacts } from "./python-side.ts";

const NAME = "model";
const BATCH_REQUESTS_MAX = 64;
const BATCH_SECONDS_MAX = 0.003;

export const mlserver: PythonSideSpec = {
  name: "mlserver",
  protocol: "v2",
  path: `/v2/models/${NAME}/infer`,
  answer: v2Predictions,
  command: (facts) => {
    writeSettings(facts);
    return [`${facts.bin}/mlserver`, "start", facts.folder];
  },
};

/** One process loads the model in the one that serves HTTP; more are a pool. Batching is in front of both. */
function writeSettings({ model, port, processes, batches, folder }: StartFacts): void {
  const server = {
    host: "127.0.0.1",
    http_port: port,
    grpc_port: port + 5_000,
    metrics_port: port + 10_000,
    parallel_workers: processes === 1 ? 0 : processes,
    debug: false,
  };
  const served = {
    name: NAME,
    implementation: "mlserver_mlflow.MLflowRuntime",
    parameters: { uri: model.modelFolder },
    ...(batches ? { max_batch_size: BATCH_REQUESTS_MAX, max_batch_time: BATCH_SECONDS_MAX } : {}),
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify(server));
  writeFileSync(join(folder, "model-settings.json"), JSON.stringify(served));
}
