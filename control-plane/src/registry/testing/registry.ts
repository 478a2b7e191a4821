/** What the registry's tests share: a registry, and seeding of a real MLflow by REST. */
import { afterAll, inject } from "vitest";
import { z } from "zod";
import type { RegistryBinding } from "#registry/binding.ts";
import { createRegistry } from "#registry/registry.ts";
import { insertGroup } from "#store/group-store.ts";
import { useDatabase } from "#store/testing/database.ts";
import { startMlflow } from "./mlflow.ts";

declare module "vitest" {
  export interface ProvidedContext {
    mlflowUri: string;
    python: string;
  }
}

export function aBinding(trackingUri: string, changes: Partial<RegistryBinding> = {}): RegistryBinding {
  return { group: "demo", trackingUri, uiUri: null, workspace: null, variables: {}, ...changes };
}

/** A registry at an MLflow of its own for one test file, which it may fill as it likes. */
export async function useRegistry() {
  const { uri, stop } = await startMlflow(inject("python"));
  const seed = createSeeder(uri);
  const { database, close } = await useDatabase();
  const registry = createRegistry({ database });
  afterAll(async () => {
    await registry.close();
    await close();
    await stop();
  });
  /** A group of that name, bound to an MLflow. */
  async function aGroup(name: string, trackingUri = uri): Promise<RegistryBinding> {
    await insertGroup(database, {
      ...{ name, displayName: name, createdAt: new Date() },
      ...{ deploymentsMax: null, replicasMax: null, memoryBytesMax: null },
    });
    return aBinding(trackingUri, { group: name });
  }
  /** Registers a model without versions under a name of its own. */
  async function aModel(label = "model", description = ""): Promise<string> {
    const name = `${label} ${crypto.randomUUID().slice(0, 8)}`;
    await seed.model(name, description);
    return name;
  }
  return { uri, seed, database, registry, binding: await aGroup("demo"), aGroup, aModel };
}

/** The columns that the seeded versions have. */
export const ALL = { columns: ["params.C", "metrics.score", "metrics.loss", "tags.stage"], pageSize: 100 };

const madeSchema = z.looseObject({
  experiment_id: z.string().optional(),
  run: z.looseObject({ info: z.looseObject({ run_id: z.string(), artifact_uri: z.string() }) }).optional(),
  model: z
    .looseObject({ info: z.looseObject({ model_id: z.string(), artifact_uri: z.string() }) })
    .optional(),
  model_version: z.looseObject({ version: z.string() }).optional(),
});

/** Writes to a real MLflow, as its own clients do. */
export function createSeeder(uri: string) {
  async function send(method: "POST" | "PATCH" | "DELETE", path: string, body: object) {
    const answer = await fetch(`${uri}/api/2.0/mlflow/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`MLflow refused ${path}: ${text}`);
    return madeSchema.parse(JSON.parse(text));
  }
  const post = (path: string, body: object) => send("POST", path, body);
  /** Writes a file through MLflow's artifact proxy. */
  async function put(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
    const route = path.split("/").map(encodeURIComponent).join("/");
    const answer = await fetch(`${uri}/api/2.0/mlflow-artifacts/artifacts/${route}`, {
      method: "PUT",
      body: content,
    });
    if (!answer.ok) throw new Error(`MLflow refused the file ${path}: ${await answer.text()}`);
  }

  return {
    ...{ post, send },
    async experiment(): Promise<string> {
      const made = await post("experiments/create", { name: `experiment ${crypto.randomUUID()}` });
      return present(made.experiment_id);
    },
    async run(experiment: string, logged: Logged = {}): Promise<string> {
      const made = await post("runs/create", { experiment_id: experiment, start_time: Date.now() });
      const id = present(made.run).info.run_id;
      await post("runs/log-batch", {
        run_id: id,
        params: pairs(logged.params ?? {}),
        metrics: pairs(logged.metrics ?? {}).map((metric) => ({ ...metric, timestamp: 1, step: 0 })),
      });
      await post("runs/update", { run_id: id, status: "FINISHED", end_time: Date.now() });
      return id;
    },
    /** A logged model with its own parameters; `metrics` are logged to the run and the model together. */
    async loggedModel(experiment: string, run: string, logged: Logged = {}): Promise<string> {
      const made = await post("logged-models", {
        experiment_id: experiment,
        name: "model",
        source_run_id: run,
        params: pairs(logged.params ?? {}),
      });
      const id = present(made.model).info.model_id;
      for (const metric of pairs(logged.metrics ?? {})) {
        await post("runs/log-metric", { run_id: run, model_id: id, ...metric, timestamp: 2, step: 0 });
      }
      await send("PATCH", `logged-models/${id}`, { model_id: id, status: "LOGGED_MODEL_READY" });
      return id;
    },
    async model(name: string, description = ""): Promise<void> {
      await post("registered-models/create", { name, description });
    },
    async version(name: string, source: VersionSource): Promise<string> {
      const made = await post("model-versions/create", { name, ...source });
      return present(made.model_version).version;
    },
    /** Writes a file into a logged model's folder, through MLflow's artifact proxy. */
    async file(experiment: string, loggedModel: string, path: string, content: string): Promise<void> {
      await put(`${experiment}/models/${loggedModel}/artifacts/${path}`, content);
    },
    put,
    async deleteModel(name: string): Promise<void> {
      await send("DELETE", "registered-models/delete", { name });
    },
  };
}

interface Logged {
  params?: Record<string, string>;
  /** Numbers, or `NaN` and the like as words. */
  metrics?: Record<string, number | string>;
}

interface VersionSource {
  source: string;
  run_id?: string;
  model_id?: string;
  tags?: { key: string; value: string }[];
}

/** Where a run's model lies when it is registered from the run. */
export function runSource(experiment: string, run: string): VersionSource {
  return { source: `mlflow-artifacts:/${experiment}/${run}/artifacts/model`, run_id: run };
}

/** A version registered from a logged model, as MLflow 3's clients do it. */
export function loggedModelSource(id: string, run: string): VersionSource {
  return { source: `models:/${id}`, model_id: id, run_id: run };
}

function pairs<Value>(record: Record<string, Value>): { key: string; value: Value }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("MLflow left out what it was asked for");
  return value;
}
