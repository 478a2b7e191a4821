/** The memory of many small models that share an environment, against as many MLflow servers. */

import { answersRightly } from "./ask.ts";
import { type Bench, sideOf } from "./bench.ts";
import { PreparedModel } from "./prepared-model.ts";
import type { RunningSide } from "./sides/side.ts";
import { DeployedModel } from "./slipway/deployed-model.ts";

const MODELS = 20;
/** So many MLflow servers are measured; the memory of more is in proportion. */
const MLFLOW_SERVERS = 3;
const SETTLE_MS_MAX = 120_000;
const IDLE_CORES = 0.05;

/** Measures what is not measured yet. */
export async function measureDensity(bench: Bench): Promise<void> {
  const { measured, terminal, options } = bench;
  const done = new Set(measured.of("density").map(({ side }) => side));
  terminal.line("\nMemory of many models");
  if (!done.has("slipway")) await terminal.step(`  ${MODELS} models on Slipway`, () => weighSlipway(bench));
  if (!done.has("mlflow") && options.sides.includes("mlflow")) {
    await terminal.step(`  ${MLFLOW_SERVERS} MLflow servers`, () => weighMlflow(bench));
  }
}

async function weighSlipway(bench: Bench): Promise<void> {
  const { product, measured } = bench;
  await using deployed = new AsyncDisposableStack();
  const models = Array.from({ length: MODELS }, (_, index) => smallModel(bench, index + 1));
  const running: [DeployedModel, PreparedModel][] = [];
  for (const model of models)
    running.push([deployed.use(await DeployedModel.request(product, model)), model]);
  for (const [each, model] of running) await each.untilRight(model);
  await product.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
  for (const [each, model] of running) {
    if (!(await answersRightly(each.endpoint("json"), model))) throw new Error(`${each.id} answers wrongly`);
  }
  measured.add({
    kind: "density",
    side: "slipway",
    models: MODELS,
    bytes: product.dataPlaneTree.memoryBytes(),
  });
}

async function weighMlflow(bench: Bench): Promise<void> {
  const { measured, signal } = bench;
  await using servers = new AsyncDisposableStack();
  const running: RunningSide[] = [];
  for (let number = 1; number <= MLFLOW_SERVERS; number += 1) {
    const server = await sideOf(bench, "mlflow").start(smallModel(bench, number), signal);
    running.push(servers.use(server));
    await server.tree.idle(IDLE_CORES, SETTLE_MS_MAX);
  }
  const bytes = running.reduce((sum, { tree }) => sum + tree.memoryBytes(), 0);
  measured.add({ kind: "density", side: "mlflow", models: MLFLOW_SERVERS, bytes });
}

function smallModel({ samplesFolder }: Bench, number: number): PreparedModel {
  return new PreparedModel(samplesFolder, `small-${String(number).padStart(2, "0")}`);
}
