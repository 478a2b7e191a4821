/** Versions of registered models: lists out of the index, and one version's page from MLflow. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ModelVersion, ModelVersionDetail } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import type { Column } from "#domain/columns.ts";
import type { Database } from "#store/database.ts";
import { findIndex, findRegistryModel, type RegistryModelRow } from "#store/registry-index-store.ts";
import { countUnread, countVersions, type VersionScope } from "#store/registry-version-store.ts";
import { readVersions } from "#store/version-values.ts";
import type { RegistryBinding } from "./binding.ts";
import { type Origin, type OriginReader, originIdsOf } from "./facts.ts";
import { type Freshness, orStale } from "./freshness.ts";
import type { GroupIndex } from "./indexing/group-index.ts";
import { type ListTexts, parseListQuery } from "./list-query.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";
import { toTime } from "./model-views.ts";
import { tokenOf } from "./paging.ts";
import { findVersion, fingerprintOf } from "./resolve.ts";
import { NO_CONTEXT, type VersionContext } from "./table/version-context.ts";
import type { SortedQuery, VersionTables } from "./table/version-tables.ts";
import type { VersionFiles } from "./version-files.ts";
import { type ListedVersion, toListedVersion, toVersionDetail } from "./version-views.ts";

/** A versions page waits no longer for parameters and metrics; what is still missing comes with the next read. */
const FACTS_WAIT_MS = 3_000;
/**
 * Of a model with so many versions, description and aliases are not waited for: to tell them takes MLflow 0.1 s with 10,000
 * versions, five times as long as to tell the newest 100. The next look shows them.
 */
const LARGE_FROM_VERSION = 2_000;
/** A look at all models that the background had so long ago, in ms, is taken for one of now; it has one every 3 s. */
const SEEN_MS_MAX = 4_000;
/** What runs that go on logged is read again, while somebody looks, after so long, in ms. */
const CHANGING_AGAIN_MS = 3_000;

/** The readers of one group's MLflow, and its index. */
export interface GroupReaders {
  /** Of the index. */
  scope: string;
  database: Database;
  tables: VersionTables;
  reads: MlflowReads;
  origins: OriginReader;
  files: VersionFiles;
  index: GroupIndex;
  now: () => Date;
}

/** Answers by number and fingerprint: figures of another version that had the number are not this one's. */
export type BenchmarkLookUp = (version: string, fingerprint: string) => ModelVersion["benchmark"];

export interface VersionQuery extends ListTexts {
  /** What serves and what was measured, which the registry does not know, but one can sort and filter by it. */
  context?: VersionContext;
  /** Of each model only the version that stands first. */
  firstOfEach?: boolean;
}

export interface VersionPage extends Freshness {
  items: ListedVersion[];
  nextPageToken?: string;
  total: number;
  complete: boolean;
  warning: string | null;
}

/**
 * Sorts, filters and pages the versions of a model, or of all with null.
 * @throws AppError `model_not_found`, `mlflow_unreachable`, `invalid_request`.
 */
export async function listVersions(
  readers: GroupReaders,
  name: string | null,
  query: VersionQuery & { pageSize: number },
): Promise<VersionPage> {
  const { list, offset, freshness, warning } = await openList(readers, name, query);
  const { places, total } = await readers.tables.page({ ...list, limit: query.pageSize, offset });
  const versions = await readVersions(readers.database, places, list);
  const items = versions.map(toListedVersion);
  // By what is shown one sorts next.
  readers.tables.prepare(list, list.columns);
  return { ...freshness, ...told(warning), items, total, ...tokenOf(offset + items.length, total) };
}

/** What a list is asked for, read, and the index after a look at MLflow. */
export interface OpenedList {
  list: SortedQuery & { columns: Column[] };
  offset: number;
  freshness: Freshness;
  /** What of the used parameters and metrics is missing, in words. */
  warning: string | null;
}

/** Looks at MLflow for a list of versions. @throws AppError as the list does. */
export async function openList(
  readers: GroupReaders,
  name: string | null,
  query: VersionQuery,
): Promise<OpenedList> {
  const { columns, order, filter, offset, needsFacts } = parseListQuery(query);
  const { modelId, ...freshness } = await openListed(readers, name);
  const warning = needsFacts ? await missing(readers, modelId) : null;
  const { context = NO_CONTEXT, firstOfEach = false } = query;
  const list = { scope: readers.scope, modelId, columns, order, filter, context, firstOfEach };
  return { list, offset, freshness, warning };
}

async function openListed(
  readers: GroupReaders,
  name: string | null,
): Promise<Freshness & { modelId: number | null }> {
  if (name === null) return { ...(await openIndexed(readers)), modelId: null };
  const { model, ...freshness } = await openModel(readers, name);
  return { ...freshness, modelId: model.id };
}

async function missing(readers: GroupReaders, modelId: number | null): Promise<string | null> {
  if (modelId !== null) return awaitFacts(readers, modelId);
  return missingFacts(readers.database, { scope: readers.scope });
}

function told(warning: string | null): { complete: boolean; warning: string | null } {
  return { complete: warning === null, warning };
}

/** All models as the index has them, after a look at MLflow. @throws AppError `mlflow_unreachable`. */
export async function openModels({ database, scope, index }: GroupReaders): Promise<Freshness> {
  const known = await findIndex(database, scope);
  const look = index.refreshModels();
  if (known?.listedAt == null) await look;
  const { unreachable } = await orStale(look);
  const seen = await findIndex(database, scope);
  return { asOf: toTime(seen?.seenAt?.getTime() ?? 0), unreachable };
}

/**
 * The index, with a look at MLflow only where the background has not just had one: of all models a look tells which were updated,
 * and their versions come in the background anyhow. @throws AppError `mlflow_unreachable`.
 */
async function openIndexed(readers: GroupReaders): Promise<Freshness> {
  const known = await findIndex(readers.database, readers.scope);
  const seenMs = known?.seenAt?.getTime() ?? 0;
  if (known?.listedAt == null || readers.now().getTime() - seenMs > SEEN_MS_MAX) return openModels(readers);
  return { asOf: toTime(seenMs), unreachable: null };
}

/** A model as the index has it, after a look at MLflow. @throws AppError `model_not_found`, `mlflow_unreachable`. */
export async function openModel(
  { database, scope, index, now }: GroupReaders,
  name: string,
): Promise<Freshness & { model: RegistryModelRow }> {
  const known = await findRegistryModel(database, scope, name);
  const at = now();
  if (known?.listedAt == null) {
    await index.refreshVersions(await index.refreshModel(name));
    return { model: await required(database, scope, name), asOf: at.toISOString(), unreachable: null };
  }
  const isLarge = (known.latestVersion ?? 0) >= LARGE_FROM_VERSION;
  const versions = index.refreshVersions(known);
  // One after the other: both often meet the same process of MLflow, and two at a time take longer there than two in turn.
  const both = versions.then(async () => {
    if (isLarge) index.refreshModelNowAndThen(name).catch(() => undefined);
    else await index.refreshModel(name);
  });
  const { hasLooked, unreachable } = await orStale(both);
  const row = await required(database, scope, name);
  const asOf = hasLooked ? at.toISOString() : toTime(row.seenAt?.getTime() ?? 0);
  return { model: row, asOf, unreachable };
}

/** Read again after it was compared. */
async function required(database: Database, scope: string, name: string): Promise<RegistryModelRow> {
  const row = await findRegistryModel(database, scope, name);
  if (row !== undefined) return row;
  throw new AppError("model_not_found", `There is no registered model '${name}' in this MLflow any more.`);
}

/** Waits for parameters and metrics, though not for long; tells in words what is missing, null when nothing is. */
export async function awaitFacts({ database, index }: GroupReaders, modelId: number): Promise<string | null> {
  if ((await countUnread(database, { modelId })) === 0) {
    index.readFacts(modelId, CHANGING_AGAIN_MS).catch(() => undefined);
    return null;
  }
  const waiting = new AbortController();
  const reading = index.readNewFacts(modelId);
  try {
    await Promise.race([reading, sleep(FACTS_WAIT_MS, undefined, { signal: waiting.signal })]);
  } catch (error) {
    const problem = AppError.from(error);
    if (problem.code === "internal") throw error;
    return `Some parameters and metrics could not be read. ${problem.message}`;
  } finally {
    waiting.abort();
    reading.catch(() => undefined);
  }
  return missingFacts(database, { modelId });
}

/** Of how many versions parameters and metrics are missing, in words; null of none. */
async function missingFacts(database: Database, of: VersionScope): Promise<string | null> {
  if ((await countUnread(database, of)) === 0) return null;
  const { versions, unread } = await countVersions(database, of);
  if (unread === 0) return null;
  return `Parameters and metrics of ${unread.toLocaleString("en")} of ${versions.toLocaleString("en")} versions are still being read from MLflow, the newest first.`;
}

/** Reads a version with its files. @throws AppError `model_not_found`, `model_version_not_found`. */
export async function getVersion(
  { reads, origins, files }: GroupReaders,
  binding: RegistryBinding,
  wanted: { name: string; version: string; benchmark?: BenchmarkLookUp | undefined },
): Promise<ModelVersionDetail> {
  const { model, version } = await findVersion(reads, wanted.name, wanted.version);
  const [{ origin, runId, warning }, contents] = await Promise.all([
    readOrigin(origins, version),
    files.contents(version),
  ]);
  const detail = toVersionDetail(binding, {
    version: { ...version, run_id: runId },
    model,
    origin,
    contents,
    warnings: warning === null ? [] : [warning],
  });
  return { ...detail, benchmark: wanted.benchmark?.(version.version, fingerprintOf(version)) ?? {} };
}

/**
 * Where a version comes from, null and a warning where that cannot be read. Registered without a run, a version still has the run
 * that its logged model was made in.
 */
async function readOrigin(
  origins: OriginReader,
  version: MlflowVersion,
): Promise<{ origin: Origin | null; runId: string; warning: string | null }> {
  const ids = originIdsOf(version);
  try {
    const origin = await readOne(origins, ids);
    const runId = ids.runId ?? origin.loggedModel?.info.source_run_id ?? null;
    if (runId === ids.runId || runId === null) return { origin, runId: runId ?? "", warning: null };
    return { origin: await readOne(origins, { ...ids, runId }), runId, warning: null };
  } catch (error) {
    const problem = AppError.from(error);
    if (problem.code === "internal") throw error;
    const warning = `Some parameters and metrics could not be read. ${problem.message}`;
    return { origin: null, runId: version.run_id, warning };
  }
}

async function readOne(origins: OriginReader, ids: ReturnType<typeof originIdsOf>): Promise<Origin> {
  const [origin] = await origins.read([ids]);
  return origin ?? { run: null, loggedModel: null };
}
