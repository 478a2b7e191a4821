/** How long a version that is registered in MLflow takes to be seen. */
import { setTimeout as delay } from "node:timers/promises";
import { modelVersionListSchema } from "@slipway/contracts/api/model";
import type { Page } from "playwright-core";
import { request } from "undici";
import { z } from "zod";
import { GROUP } from "#slipway/api.ts";
import type { Product } from "#slipway/product.ts";

const LOOK_MS = 20;
const SHOWN_MS_MAX = 60_000;

interface Appearing {
  product: Product;
  mlflowUri: string;
  model: string;
  rounds: number;
  signal: AbortSignal;
}

/** Until the API lists it with its metric. */
export async function measureApiAppearance(appearing: Appearing): Promise<number[]> {
  const { product, mlflowUri, model, rounds, signal } = appearing;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const version = await register(mlflowUri, model);
    const beganMs = performance.now();
    for (;;) {
      signal.throwIfAborted();
      const query = { columns: "metrics.accuracy", orderBy: "version desc", pageSize: "1" };
      const { answer } = await product.api.read(modelVersionListSchema, `/models/${model}/versions`, query);
      const [newest] = answer.items;
      if (newest?.version === version && newest.metrics.accuracy !== undefined) break;
      await delay(LOOK_MS, undefined, { signal });
    }
    times.push(performance.now() - beganMs);
  }
  return times;
}

/** Until a page that stands open shows it, without being touched. */
export async function measurePageAppearance(page: Page, appearing: Appearing): Promise<number[]> {
  const { product, mlflowUri, model, rounds } = appearing;
  await page.goto(`${product.origin}/g/${GROUP}/models/${model}?columns=metrics.accuracy`);
  await page
    .getByRole("link", { name: /^Version \d+$/ })
    .first()
    .waitFor();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const version = await register(mlflowUri, model);
    const beganMs = performance.now();
    await page
      .getByRole("link", { name: `Version ${version}`, exact: true })
      .waitFor({ timeout: SHOWN_MS_MAX });
    times.push(performance.now() - beganMs);
  }
  return times;
}

const runSchema = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });
const versionSchema = z.object({ model_version: z.object({ version: z.string() }) });

/** Logs a run with a metric and registers a version of it, as MLflow's clients do. */
async function register(mlflowUri: string, model: string): Promise<string> {
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await request(`${mlflowUri}/api/2.0/mlflow/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.statusCode !== 200) throw new Error(`MLflow refused ${path}: ${await answer.body.text()}`);
    return answer.body.json();
  };
  const begun = await post("runs/create", { experiment_id: "0", start_time: Date.now() });
  const id = runSchema.parse(begun).run.info.run_id;
  await post("runs/log-metric", { run_id: id, key: "accuracy", value: 0.5, timestamp: 1, step: 0 });
  await post("runs/update", { run_id: id, status: "FINISHED", end_time: Date.now() });
  const source = `mlflow-artifacts:/0/${id}/artifacts/model`;
  return versionSchema.parse(await post("model-versions/create", { name: model, source, run_id: id }))
    .model_version.version;
}
