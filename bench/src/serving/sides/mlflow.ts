/** `mlflow models serve`, as shipped and at the best settings that were found. */
import { mlflowPredictions } from "#serving/predictions.ts";
import type { PythonSideSpec, StartFacts } from "./python-side.ts";

const BEST_WORKERS = 2;

/** As a user runs it who says nothing more than which model. Its environment is there already. */
export const mlflowAsShipped: PythonSideSpec = {
  name: "mlflow",
  protocol: "mlflow",
  path: "/invocations",
  answer: mlflowPredictions,
  command: (facts) => command(facts, []),
};

/** Two workers, on uvloop and httptools: without uvloop, uvicorn's workers leave TCP_NODELAY off and stall single callers. */
export const mlflowAtItsBest: PythonSideSpec = {
  ...mlflowAsShipped,
  name: "mlflow-best",
  command: (facts) => command(facts, ["--workers", String(BEST_WORKERS)]),
};

function command({ bin, model, port }: StartFacts, more: string[]): [string, ...string[]] {
  const where = ["--env-manager", "local", "--host", "127.0.0.1", "--port", String(port)];
  return [`${bin}/mlflow`, "models", "serve", "--model-uri", model.modelFolder, ...where, ...more];
}
