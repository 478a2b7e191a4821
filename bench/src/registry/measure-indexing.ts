/** How long the first indexing takes, and what it costs MLflow. */
import { setTimeout as delay } from "node:timers/promises";
import type { Step } from "@slipway/cli/terminal/terminal";
import { registeredModelListSchema } from "@slipway/contracts/api/model";
import type { Product } from "#slipway/product.ts";
import type { IndexingResult } from "./results.ts";
import type { SeededMlflow } from "./seeded-mlflow.ts";

const LOOK_MS = 2_000;

/** Waits until everything is indexed; the group has just been bound. */
export async function measureIndexing(
  product: Product,
  mlflow: SeededMlflow,
  { versions, step, signal }: { versions: number; step: Step; signal: AbortSignal },
): Promise<IndexingResult> {
  const [beganMs, requests, cpuMs] = [performance.now(), mlflow.requests(), mlflow.tree.cpuMs()];
  let listedMs: number | null = null;
  for (;;) {
    signal.throwIfAborted();
    const { answer } = await product.api.read(registeredModelListSchema, "/models", {
      search: "none of them",
    });
    const { index } = answer;
    const tookMs = performance.now() - beganMs;
    if (index.versions >= versions) listedMs ??= tookMs;
    step.progress(`${index.versions - index.unread} of ${versions}`);
    if (listedMs !== null && index.unread === 0) {
      const mlflowCpuMs = mlflow.tree.cpuMs() - cpuMs;
      return {
        listedMs,
        wholeMs: tookMs,
        requests: mlflow.requests() - requests,
        mlflowCpuMs,
        mlflowCores: mlflowCpuMs / tookMs,
      };
    }
    await delay(LOOK_MS, undefined, { signal });
  }
}
