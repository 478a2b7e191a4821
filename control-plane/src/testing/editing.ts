/** The HTTP API on an MLflow that a test file may edit, also behind Slipway's back. */
import { type AuditEntry, auditEntrySchema } from "@slipway/contracts/api/audit";
import { modelVersionDetailSchema, registeredModelDetailSchema } from "@slipway/contracts/api/model";
import { afterAll, inject } from "vitest";
import { z } from "zod";
import { startMlflow } from "#registry/testing/mlflow.ts";
import { createSeeder, runSource } from "#registry/testing/registry.ts";
import { useApi } from "./api.ts";

/** What names may be; all of them get an ending of their own. */
export const ODD_NAMES = [
  "plain",
  "with some spaces",
  "модель 日本語",
  "100% sure + more?",
  'it\'s "quoted" #1',
];

const pageSchema = z.object({ items: z.array(auditEntrySchema), nextPageToken: z.string().optional() });

/** Binds the group `demo` to an empty MLflow of the file's own. */
export async function useEditing() {
  const mlflow = await startMlflow(inject("python"));
  afterAll(mlflow.stop);
  const seed = createSeeder(mlflow.uri);
  const experiment = await seed.experiment();
  const source = runSource(experiment, await seed.run(experiment));
  const api = await useApi();
  const { call } = api;
  await call("PUT", "/groups/demo/mlflow", { body: { trackingUri: mlflow.uri } });

  /** A model of its own with so many versions. */
  async function aModel(versions = 1, label = "model"): Promise<string> {
    const name = `${label} ${crypto.randomUUID().slice(0, 8)}`;
    await seed.model(name, "as registered");
    for (let made = 0; made < versions; made++) await seed.version(name, source);
    return name;
  }
  async function audit(query: string, group = "demo") {
    return pageSchema.parse(await call("GET", `/groups/${group}/audit?${query}`));
  }
  return {
    ...{ ...api, uri: mlflow.uri, seed, aModel, audit },
    model: async (name: string) => registeredModelDetailSchema.parse(await call("GET", modelPath(name))),
    version: async (name: string, version: string) =>
      modelVersionDetailSchema.parse(await call("GET", versionPath(name, version))),
    /** What the audit has of a model, newest first. */
    told: async (name: string) => (await audit(`model=${encodeURIComponent(name)}`)).items.map(inShort),
  };
}

export const modelPath = (name: string, group = "demo") =>
  `/groups/${group}/models/${encodeURIComponent(name)}`;
export const versionPath = (name: string, version: string, group = "demo") =>
  `${modelPath(name, group)}/versions/${version}`;
export const aliasPath = (name: string, alias: string, group = "demo") =>
  `${modelPath(name, group)}/aliases/${encodeURIComponent(alias)}`;

/** An entry of the administrator about a model itself. */
export function said(action: string, key: string | null, before: string | null, after: string | null) {
  return { actor: "admin", action, version: null as string | null, key, before, after };
}

function inShort({ actor, action, version, key, before, after }: AuditEntry) {
  return { actor, action, version, key, before, after };
}
