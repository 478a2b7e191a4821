/**
 * One group's registry index, kept in step with its MLflow.
 *
 * A look at a list costs at most two requests: what MLflow updated last, or the newest versions of one model, is compared with the
 * index and written down. What costs (all versions of a large model, parameters and metrics) is read in batches, newest first.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@slipway/contracts/errors";
import { LRUCache } from "lru-cache";
import type { OriginReader } from "#registry/facts.ts";
import type { MlflowReads } from "#registry/mlflow-reads.ts";
import type { Database } from "#store/database.ts";
import {
  findRegistryModel,
  type IndexKey,
  isSameModel,
  openIndex,
  type RegistryModelRow,
  removeModel,
  saveModels,
} from "#store/registry-index-store.ts";
import {
  dueVersions,
  hasVersionsFrom,
  openVersions,
  removeVersion,
  saveFacts,
  saveVersions,
  touchVersions,
} from "#store/registry-version-store.ts";
import { factsRow, modelRow, versionRow } from "./index-rows.ts";
import { joinCurrent, joinNext } from "./shared-work.ts";

/** MLflow takes a millisecond for each model that it lists: few are asked for first, more when all of them are new. */
const UPDATED_MODELS = [10, 200] as const;
/** A model that takes MLflow long to tell of is asked for once in so long, in ms. */
const NOW_AND_THEN_MS = 2_000;
const RECENT_MAX = 1_000;
const NEWEST_VERSIONS = 100;
/** So many versions' facts are read with one request for their runs and one for their logged models. */
const FACTS_PER_BATCH = 200;
/** After so long, in ms, what a run that has ended logged is read again. */
const SETTLED_AGAIN_MS = 6 * 60 * 60_000;
/** When MLflow has answered last is written down again after so long, in ms, as long as nothing else is. */
const SEEN_AGAIN_MS = 5_000;

export interface GroupIndex {
  /** Compares the models that MLflow updated last, all of them the first time. */
  refreshModels(): Promise<void>;
  /** Compares all models, so that those that are gone are found. */
  listModels(): Promise<void>;
  /** Compares what MLflow says of a model: description, tags, aliases. @throws AppError `model_not_found`. */
  refreshModel(name: string): Promise<RegistryModelRow>;
  /** The same, unless it was done a moment ago or is being done. */
  refreshModelNowAndThen(name: string): Promise<void>;
  /** Compares the newest versions of a model, all of them the first time. */
  refreshVersions(model: RegistryModelRow): Promise<void>;
  /** Compares one version, however old, where the model's versions are known. */
  refreshVersion(name: string, version: string): Promise<void>;
  /** Compares all versions of a model. */
  listVersions(model: RegistryModelRow): Promise<void>;
  /**
   * Reads one batch of the facts that are due, of a model (by its id in the index) or of all: what nobody has read, what was
   * logged by runs that went on `changingAgainMs` ago, and of all models what was read long ago.
   */
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
  const recent = new LRUCache<string, true>({ max: RECENT_MAX, ttl: NOW_AND_THEN_MS });
  const versions = joinNext<void>();
  const batches = joinCurrent<FactsBatch>();
  const rounds = joinCurrent<void>();
  const readFacts = (model: number | "all", changingAgainMs: number) =>
    batches(String(model), () => readBatch(ports, model, changingAgainMs));

  return {
    refreshModels: () => lists("updated", () => refreshModels(ports)),
    listModels: () => lists("all", () => listModels(ports)),
    refreshModel: (name) => models(name, () => refreshModel(ports, name)),
    async refreshModelNowAndThen(name) {
      if (recent.has(name)) return;
      recent.set(name, true);
      await models(name, () => refreshModel(ports, name));
    },
    refreshVersions: (model) => versions(model.name, () => refreshVersions(ports, model)),
    refreshVersion: (name, version) =>
      versions(`one ${JSON.stringify([name, version])}`, () => refreshVersion(ports, name, version)),
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
  for (const limit of UPDATED_MODELS) {
    const at = now();
    const { models, complete } = await reads.updatedModels(limit);
    const changed = await saveModels(database, key.scope, { models: models.map(modelRow), complete, at });
    // They are sorted by when they were updated: behind one that is known all others are.
    if (complete || changed < models.length) return;
  }
}

async function refreshModel(
  { database, key, reads, now }: GroupIndexPorts,
  name: string,
): Promise<RegistryModelRow> {
  const model = await reads.summary(name);
  if (model === null) {
    await removeModel(database, key.scope, name);
    throw new AppError(
      "model_not_found",
      `There is no registered model '${name}' in this MLflow. Check the name, or register it there.`,
    );
  }
  const facts = modelRow(model);
  const known = await findRegistryModel(database, key.scope, name);
  if (known !== undefined && isSameModel(known, facts)) return known;
  await openIndex(database, key);
  await saveModels(database, key.scope, { models: [facts], complete: false, at: now() });
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
  const digest = createHash("sha256")
    .update(JSON.stringify([complete, rows]))
    .digest("base64");
  // Nearly always nothing has changed, and then nothing is written.
  if (digest === model.newestDigest) {
    const seenMs = at.getTime() - (model.seenAt?.getTime() ?? 0);
    if (seenMs > SEEN_AGAIN_MS || model.comparedMs !== model.updatedMs)
      await touchVersions(database, model, at);
    return;
  }
  if (complete) return saveVersions(database, model, { versions: rows, from: 0, digest, at });
  const from = Math.min(...rows.map(({ number }) => number));
  const overlaps = await hasVersionsFrom(database, model.id, from);
  if (model.listedAt === null || !overlaps) return listVersions(ports, model);
  await saveVersions(database, model, { versions: rows, from, digest, at });
}

async function refreshVersion(
  { database, key, reads, now }: GroupIndexPorts,
  name: string,
  number: string,
): Promise<void> {
  const model = await findRegistryModel(database, key.scope, name);
  // The first look at its versions reads them all.
  if (model?.listedAt == null) return;
  const version = await reads.version(name, number).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "model_version_not_found") return null;
    throw error;
  });
  if (version === null) return removeVersion(database, model.id, Number(number));
  await saveVersions(database, model, {
    versions: [versionRow(version)],
    from: null,
    digest: null,
    at: now(),
  });
}

async function listVersions(
  { database, reads, now }: GroupIndexPorts,
  model: RegistryModelRow,
): Promise<void> {
  const at = now();
  const versions = (await reads.versions(model.name)).map(versionRow);
  await saveVersions(database, model, { versions, from: 0, digest: null, at });
}

async function readBatch(
  { database, key, origins, now }: GroupIndexPorts,
  model: number | "all",
  changingAgainMs: number,
): Promise<FactsBatch> {
  const at = now();
  const changingBefore = new Date(Math.max(0, at.getTime() - changingAgainMs));
  const settledBefore = new Date(at.getTime() - SETTLED_AGAIN_MS);
  const limit = FACTS_PER_BATCH;
  const { versions, isNew } =
    model === "all"
      ? await dueVersions(database, key.scope, { changingBefore, settledBefore, limit })
      : await openVersions(database, model, { changingBefore, limit });
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
