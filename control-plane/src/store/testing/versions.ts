/** Versions in an index of their own for one test file, and how they are asked for. */
import { eq } from "drizzle-orm";
import { afterAll } from "vitest";
import { parseColumns } from "#domain/columns.ts";
import { insertGroup } from "#store/group-store.ts";
import { findRegistryModel, openIndex, saveModels } from "#store/registry-index-store.ts";
import { type LoggedFacts, saveFacts, saveVersions } from "#store/registry-version-store.ts";
import { registryVersion } from "#store/schema-registry.ts";
import { type IndexedVersion, readVersions } from "#store/version-values.ts";
import { useDatabase } from "./database.ts";

export interface Example {
  params?: Record<string, string>;
  metrics?: Record<string, number>;
  tags?: Record<string, string>;
  aliases?: string[];
  status?: string;
  description?: string;
}

/** When the first version was registered; each further one a millisecond later. */
export const AT = new Date("2026-11-28T12:00:00Z");

/** An empty index of the group `demo`. */
export async function useVersions() {
  const { database, close } = await useDatabase();
  afterAll(close);
  await insertGroup(database, {
    ...{ name: "demo", displayName: "Demo", createdAt: new Date() },
    ...{ deploymentsMax: null, replicasMax: null, memoryBytesMax: null },
  });
  await openIndex(database, { scope: "demo", groupName: "demo" });

  /** A model whose versions are numbered from 1 on. */
  async function aModel(name: string, examples: Example[]): Promise<number> {
    const aliases = examples.flatMap((example, at) =>
      (example.aliases ?? []).map((alias) => ({ alias, number: at + 1 })),
    );
    const model = { name, description: "", tags: {}, createdMs: 1, updatedMs: 1, latestVersion: 1, aliases };
    await saveModels(database, "demo", { models: [model], complete: false, at: AT });
    const row = await findRegistryModel(database, "demo", name);
    if (row === undefined) throw new Error("the model was not written");
    const versions = examples.map(({ tags = {}, status = "READY", description = "" }, at) => ({
      ...{ number: at + 1, createdMs: AT.getTime() + at, fingerprint: `print ${at + 1}` },
      ...{ runId: "run", loggedModelId: null, tags, status, description },
    }));
    await saveVersions(database, row, { versions, from: 0, digest: null, at: AT });
    const facts: LoggedFacts[] = examples.map(({ params = {}, metrics = {} }, at) => ({
      ...{ number: at + 1, fingerprint: `print ${at + 1}`, params, metrics, changing: false },
    }));
    await saveFacts(database, row.id, { facts, at: AT });
    return row.id;
  }

  /** The versions of a model by number, with the given columns. */
  async function read(modelId: number, columns: string[]): Promise<IndexedVersion[]> {
    const rows = await database
      .select({ modelId: registryVersion.modelId, number: registryVersion.number })
      .from(registryVersion)
      .where(eq(registryVersion.modelId, modelId))
      .orderBy(registryVersion.number);
    return readVersions(database, rows, { scope: "demo", columns: parseColumns(columns) });
  }

  return { database, aModel, read };
}
