/** A model with many versions and an alias to move, on an MLflow of a test's own. */
import { inject } from "vitest";
import { z } from "zod";
import { send } from "#src/api.ts";
import { logModel } from "#src/other-mlflow/server.ts";

export const MODEL = "iris followed";

const versionSchema = z.object({
  model_version: z.object({
    version: z.string(),
    source: z.string(),
    run_id: z.string(),
  }),
});
const runSchema = z.object({
  run: z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string() }) }),
});

/** Registers one real model; more versions of it cost a row each. */
export async function fillRegistry(uri: string): Promise<Registry> {
  await logModel(inject("python"), uri, MODEL);
  return new Registry(uri);
}

export class Registry {
  readonly uri: string;

  constructor(uri: string) {
    this.uri = uri;
  }

  /** What version 1 was registered from: a logged model, and the run that logged it. */
  async origin(): Promise<{ source: string; run: string }> {
    const query = new URLSearchParams({ name: MODEL, version: "1" });
    const { model_version } = versionSchema.parse(await this.call("GET", `model-versions/get?${query}`));
    return { source: model_version.source, run: model_version.run_id };
  }

  /** Registers what version 1 is once more. */
  async addVersion(): Promise<string> {
    const { source, run } = await this.origin();
    return this.register({ source, run_id: run, model_id: source.replace("models:/", "") });
  }

  /** Registers what cannot be fetched: a run has it that never logged it. */
  async addBrokenVersion(): Promise<string> {
    const made = await this.call("POST", "runs/create", { experiment_id: "0", start_time: Date.now() });
    const { run_id, artifact_uri } = runSchema.parse(made).run.info;
    return this.register({ source: `${artifact_uri}/model`, run_id });
  }

  async moveAlias(alias: string, version: string): Promise<void> {
    await this.call("POST", "registered-models/alias", { name: MODEL, alias, version });
  }

  private async register(origin: object): Promise<string> {
    const made = await this.call("POST", "model-versions/create", { name: MODEL, ...origin });
    return versionSchema.parse(made).model_version.version;
  }

  private async call(method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
    const answer = await send(
      method,
      `${this.uri}/api/2.0/mlflow/${path}`,
      body === undefined ? {} : { body },
    );
    if (answer.status !== 200) throw new Error(`MLflow refused ${path}: ${answer.text}`);
    return answer.json;
  }
}
