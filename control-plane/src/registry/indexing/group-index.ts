/**
 * One group's registry index, kept in step with its MLflow.
 *
 * A look at a list costs at most two requests: what MLflow updated last, or the newest versions of one model, is compared with the
 * index and written down. What costs (all versions of a large model, parameters and metrics) is read in batches, newest first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@slipway/contracts/errors";
import type { OriginReader } from "#registry/facts.ts";
import type { MlflowReads } from "#registry/mlflow-reads.ts";
import type { Database } from "#store/database.ts";
import {
  findRegistryModel,
  type IndexKey,
  openIndex,
  type RegistryModelRow,
  removeModel,
  saveModels,
} from "#store/registry-index-store.ts";
import { dueVersions, hasVersionsFrom, saveFacts, saveVersions } from "#store/registry-version-store.ts";
import { factsRow, modelRow, versionRow } from "./index-rows.ts";
import { joinCurrent, joinNext } from "./shared-work.ts";

const UPDATED_MODELS = 100;
const NEWEST_VERSIONS = 100;
/** So many versions' facts are read with one request for their runs and one for their logged models. */
const FACTS_PER_BATCH = 200;
/** After so long, in ms, what a run that has ended logged is read again. */
const SETTLED_AGAIN_MS = 6 * 60 * 60_000;

export interface GroupIndex {
  /** Compares the models that MLflow updated last, all of them the first time. */
  refreshModels(): Promise<void>;
  /** Compares all models, so that those that are gone are found. */
  listModels(): Promise<void>;
  /** Compares what MLflow says of a model: description, tags, aliases. @throws AppError `model_not_found`. */
  refreshModel(name: string): Promise<RegistryModelRow>;
  /** Compares the newest versions of a model, all of them the first time. */
  refreshVersions(model: RegistryModelRow): Promise<void>;
  /** Compares all versions of a model. */
  listVersions(model: RegistryModelRow): Promise<void>;
  /** Reads one batch of the facts that are due, of a model (by its id in the index) or of all; again where a run goes on. */
  readFacts(model: number | "all", changingAgainMs: number): Promise<FactsBatch>;
  /** Reads all facts of a model that were never read, batch after batch. */
  readNewFacts(modelId: number): Promise<void>;
}

/** Of how many versions facts were read, and whether for the first time. */
export interface FactsBatch {
  versions: number;
  isNew: boolean;
}

export interface GroupIndexPorts {
  database: Database;
  key: IndexKey;
  reads: MlflowReads;
  origins: OriginReader;
  now: () => Date;
}

/** All methods throw AppError `mlflow_unreachable` where MLflow does not answer. */
export function createGroupIndex(ports: GroupIndexPorts): GroupIndex {
  const lists = joinNext<void>();
  const models = joinNext<RegistryModelRow>();
  const versions = joinNext<void>();
  const batches = joinCurrent<FactsBatch>();
  const rounds = joinCurrent<void>();
  const readFacts = (model: number | "all", changingAgainMs: number) =>
    batches(String(model), () => readBatch(ports, model, changingAgainMs));

  return {
    refreshModels: () => lists("updated", () => refreshModels(ports)),
    listModels: () => lists("all", () => listModels(ports)),
    refreshModel: (name) => models(name, () => refreshModel(ports, name)),
    refreshVersions: (model) => versions(model.name, () => refreshVersions(ports, model)),
    listVersions: (model) => versions(`all ${model.name}`, () => listVersions(ports, model)),
    readFacts,
    readNewFacts: (modelId) =>
      rounds(String(modelId), async () => {
        for (let again = true; again; ) {
          const began = performance.now();
          const batch = await readFacts(modelId, Number.POSITIVE_INFINITY);
          again = batch.isNew && batch.versions === FACTS_PER_BATCH;
          // As long as it took, MLflow is left to others.
          if (again) await sleep(performance.now() - began);
        }
      }),
  };
}

async function listModels({ database, key, reads, now }: GroupIndexPorts): Promise<void> {
  await openIndex(database, key);
  const found = await reads.registeredModels();
  await saveModels(database, key.scope, { models: found.map(modelRow), complete: true, at: now() });
}

async function refreshModels(ports: GroupIndexPorts): Promise<void> {
  const { database, key, reads, now } = ports;
  const index = await openIndex(database, key);
  if (index.listedAt === null) return listModels(ports);
  const { models, complete } = await reads.updatedModels(UPDATED_MODELS);
  await saveModels(database, key.scope, { models: models.map(modelRow), complete, at: now() });
}

async function refreshModel(
  { database, key, reads, now }: GroupIndexPorts,
  name: string,
): Promise<RegistryModelRow> {
  await openIndex(database, key);
  const model = await reads.summary(name);
  if (model === null) {
    await removeModel(database, key.scope, name);
    throw new AppError(
      "model_not_found",
      `There is no registered model '${name}' in this MLflow. Check the name, or register it there.`,
    );
  }
  await saveModels(database, key.scope, { models: [modelRow(model)], complete: false, at: now() });
  const row = await findRegistryModel(database, key.scope, name);
  if (row === undefined)
    throw new Error(`the registered model '${name}' was removed from the index meanwhile`);
  return row;
}

/** The newest of many versions; all of them where the index cannot know the others. */
async function refreshVersions(ports: GroupIndexPorts, model: RegistryModelRow): Promise<void> {
  const { database, reads, now } = ports;
  const at = now();
  const { versions, complete } = await reads.newestVersions(model.name, NEWEST_VERSIONS);
  const rows = versions.map(versionRow);
  if (complete) return saveVersions(database, model, { versions: rows, from: 0, at });
  const from = Math.min(...rows.map(({ number }) => number));
  const overlaps = await hasVersionsFrom(database, model.id, from);
  if (model.listedAt === null || !overlaps) return listVersions(ports, model);
  await saveVersions(database, model, { versions: rows, from, at });
}

async function listVersions(
  { database, reads, now }: GroupIndexPorts,
  model: RegistryModelRow,
): Promise<void> {
  const at = now();
  const versions = await reads.versions(model.name);
  await saveVersions(database, model, { versions: versions.map(versionRow), from: 0, at });
}

async function readBatch(
  { database, key, origins, now }: GroupIndexPorts,
  model: number | "all",
  changingAgainMs: number,
): Promise<FactsBatch> {
  const at = now();
  const { versions, isNew } = await dueVersions(
    database,
    model === "all" ? { scope: key.scope } : { modelId: model },
    {
      changingBefore: new Date(Math.max(0, at.getTime() - changingAgainMs)),
      settledBefore: new Date(at.getTime() - SETTLED_AGAIN_MS),
      limit: FACTS_PER_BATCH,
    },
  );
  if (versions.length === 0) return { versions: 0, isNew };
  const found = await origins.read(versions);
  const rows = versions.map((version, place) => ({
    modelId: version.modelId,
    facts: factsRow(version, found[place] ?? { run: null, loggedModel: null }),
  }));
  for (const [modelId, ofModel] of Map.groupBy(rows, (row) => row.modelId)) {
    await saveFacts(database, modelId, { facts: ofModel.map(({ facts }) => facts), at });
  }
  return { versions: versions.length, isNew };
}
