/** Builds the sides that take part: their environments, where each has its own, and how they are started. */
import { join } from "node:path";
import type { Terminal } from "@slipway/cli/terminal/terminal";
import type { SideName } from "#serving/cells.ts";
import { type EnvironmentBuilder, provideEnvironment } from "#setup/environments.ts";
import type { Product } from "#slipway/product.ts";
import { mlflowAsShipped, mlflowAtItsBest } from "./mlflow.ts";
import { mlserver } from "./mlserver.ts";
import { bentoml, litserve, rayServe } from "./own-code-peers.ts";
import { type PythonSideSpec, pythonSide } from "./python-side.ts";
import type { Side } from "./side.ts";
import { slipwaySide } from "./slipway.ts";

const SPECS: Record<Exclude<SideName, "slipway">, PythonSideSpec> = {
  mlflow: mlflowAsShipped,
  "mlflow-best": mlflowAtItsBest,
  mlserver,
  bentoml,
  litserve,
  ray: rayServe,
};

/** The interpreter folder of each environment, built where it is not there yet. */
export async function provideEnvironments(
  names: readonly SideName[],
  builder: EnvironmentBuilder,
  terminal: Terminal,
): Promise<Map<SideName, string>> {
  const bins = new Map<SideName, string>();
  for (const name of names) {
    const requirements = `bench/serving/requirements/${name}.txt`;
    const bin = await terminal.step(`Environment of ${name}`, (step) =>
      provideEnvironment(name, requirements, builder, step),
    );
    bins.set(name, bin);
  }
  return bins;
}

/** The sides, by name. */
export function buildSides(
  names: readonly SideName[],
  { bins, product, runFolder }: { bins: ReadonlyMap<SideName, string>; product: Product; runFolder: string },
): Map<SideName, Side> {
  const sides = new Map<SideName, Side>();
  for (const name of names) {
    const bin = bins.get(name);
    if (name === "slipway") sides.set(name, slipwaySide(product));
    else if (bin !== undefined) sides.set(name, pythonSide(SPECS[name], bin, join(runFolder, "sides")));
  }
  return sides;
}
