/** Slipway as a side: the product runs already, a model is deployed through its API. */
import type { DeploymentRequestInput } from "@slipway/contracts/api/deployment";
import type { PreparedModel } from "#serving/prepared-model.ts";
import { DeployedModel } from "#serving/slipway/deployed-model.ts";
import type { Product } from "#slipway/product.ts";
import { processesOf } from "./python-side.ts";
import type { RunningSide, Side } from "./side.ts";

/** Slipway in the shape of every other side. */
export function slipwaySide(product: Product): Side {
  return { name: "slipway", speaks: () => true, start: (model) => start(product, model) };
}

/** What a user would say of this model: how many replicas, and that the author of custom code knows it to be row by row. */
function specOf(model: PreparedModel): Partial<DeploymentRequestInput> {
  const replicas = processesOf(model);
  return {
    minReplicas: replicas,
    maxReplicas: replicas,
    ...(model.name === "sleep" ? { batching: { mode: "on" as const } } : {}),
  };
}

async function start(product: Product, model: PreparedModel): Promise<RunningSide> {
  await using undo = new AsyncDisposableStack();
  const startedMs = performance.now();
  const deployed = undo.use(await DeployedModel.request(product, model, specOf(model)));
  await deployed.untilRight(model);
  const startSeconds = (performance.now() - startedMs) / 1000;
  await deployed.untilDeployed(processesOf(model));
  const { serving } = await product.api.deployment(deployed.id);
  const kept = undo.move();
  return {
    tree: product.tree,
    servingTree: product.dataPlaneTree,
    startSeconds,
    note: `batching ${serving?.batching?.state ?? "not known"}: ${serving?.batching?.reason ?? ""}`,
    endpoint: (encoding) => deployed.endpoint(encoding),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
