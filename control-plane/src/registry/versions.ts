/** Versions of registered models: lists out of the index, and one version's page from MLflow. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ModelVersion, ModelVersionDetail, RegistryVersion } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import { type Column, type Order, parseColumns, parseOrder } from "#domain/columns.ts";
import { type Filter, parseFilter } from "#domain/version-filter.ts";
import type { Database } from "#store/database.ts";
import {
  findIndex,
  findRegistryModel,
  listRegistryModels,
  type RegistryModelRow,
} from "#store/registry-index-store.ts";
import { countVersions, readVersions } from "#store/registry-version-store.ts";
import type { VersionContext } from "#store/version-places.ts";
import { queryVersions } from "#store/version-query.ts";
import type { RegistryBinding } from "./binding.ts";
import { type Origin, type OriginReader, originIdsOf } from "./facts.ts";
import { type Freshness, orStale } from "./freshness.ts";
import type { GroupIndex } from "./indexing/group-index.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";
import { toTime } from "./model-views.ts";
import { offsetOf, tokenOf } from "./paging.ts";
import { findVersion, fingerprintOf } from "./resolve.ts";
import type { VersionFiles } from "./version-files.ts";
import { pick, toListedVersion, toVersionDetail } from "./version-views.ts";

/** A versions page waits no longer for parameters and metrics; what is still missing comes with the next read. */
const FACTS_WAIT_MS = 3_000;
/**
 * Of a model with so many versions, description and aliases are not waited for: to tell them takes MLflow 0.1 s with 10,000
 * versions, five times as long as to tell the newest 100. The next look shows them.
 */
const LARGE_FROM_VERSION = 2_000;
/** What runs that go on logged is read again, while somebody looks, after so long, in ms. */
const CHANGING_AGAIN_MS = 3_000;

/** The readers of one group's MLflow, and its index. */
export interface GroupReaders {
  /** Of the index. */
  scope: string;
  database: Database;
  reads: MlflowReads;
  origins: OriginReader;
  files: VersionFiles;
  index: GroupIndex;
}

/** Answers by number and fingerprint: figures of another version that had the number are not this one's. */
export type BenchmarkLookUp = (version: string, fingerprint: string) => ModelVersion["benchmark"];

export interface VersionQuery {
  /** `params.C`, `metrics.accuracy`, `tags.stage`, `benchmark.p99Ms`. */
  columns: string[];
  orderBy?: string | undefined;
  filter?: string | undefined;
  /** What serves and what was measured, which the registry does not know, but one can sort and filter by it. */
  context?: VersionContext;
  /** The same as it is shown. */
  deployedBy?: (modelName: string, version: string) => ModelVersion["deployedBy"];
  benchmark?: (modelName: string, version: string, fingerprint: string) => ModelVersion["benchmark"];
  pageSize: number;
  pageToken?: string | undefined;
}

export interface VersionPage extends Freshness {
  items: RegistryVersion[];
  nextPageToken?: string;
  total: number;
  complete: boolean;
  warning: string | null;
}

/** Sorts, filters and pages the versions of a model. @throws AppError `model_not_found`, `mlflow_unreachable`, `invalid_request`. */
export async function listVersions(
  readers: GroupReaders,
  name: string,
  query: VersionQuery,
): Promise<VersionPage> {
  const parsed = parseQuery(query);
  const { model, ...freshness } = await openModel(readers, name);
  const warning = parsed.needsFacts ? await awaitFacts(readers, model.id) : null;
  return { ...freshness, ...(await readPage(readers, model.id, { query, parsed })), ...told(warning) };
}

/** Sorts, filters and pages the versions of all models. @throws AppError `mlflow_unreachable`, `invalid_request`. */
export async function listAllVersions(
  readers: GroupReaders,
  query: VersionQuery & { firstOfEach: boolean },
): Promise<VersionPage> {
  const parsed = parseQuery(query);
  const freshness = await openModels(readers);
  const counts = await countVersions(readers.database, { scope: readers.scope });
  const warning = parsed.needsFacts ? missingFacts(counts) : null;
  return { ...freshness, ...(await readPage(readers, null, { query, parsed })), ...told(warning) };
}

interface ParsedQuery {
  columns: Column[];
  order: Order;
  filter: Filter | null;
  offset: number;
  needsFacts: boolean;
}

function parseQuery({ columns: names, orderBy, filter: text, pageToken }: VersionQuery): ParsedQuery {
  const columns = parseColumns(names);
  const order = parseOrder(orderBy);
  const filter = parseFilter(text ?? "");
  const used = [...columns, order.column, ...(filter === null ? [] : filterColumns(filter))];
  const needsFacts = used.some(({ kind }) => kind === "params" || kind === "metrics");
  return { columns, order, filter, offset: offsetOf(pageToken), needsFacts };
}

async function readPage(
  { database, scope }: GroupReaders,
  modelId: number | null,
  { query, parsed }: { query: VersionQuery & { firstOfEach?: boolean }; parsed: ParsedQuery },
): Promise<Pick<VersionPage, "items" | "nextPageToken" | "total">> {
  const { columns, order, filter, offset } = parsed;
  const { places, total } = await queryVersions(database, {
    ...{ scope, modelId, filter, order, offset, limit: query.pageSize },
    firstOfEach: query.firstOfEach ?? false,
    context: query.context ?? { deployed: [], measured: [] },
  });
  const rows = await readVersions(database, places);
  const names = [...new Set(rows.map(({ modelName }) => modelName))];
  const models = await listRegistryModels(database, scope, names);
  const aliasesOf = new Map(models.map(({ name, aliases }) => [name, aliases]));
  const items = rows.map((row) => {
    const { modelName } = row;
    const version = toListedVersion(row, aliasesOf.get(modelName) ?? [], columns);
    const figures = query.benchmark?.(modelName, version.version, row.fingerprint) ?? {};
    return {
      ...{ ...version, name: modelName, benchmark: pick(figures, columns, "benchmark") },
      deployedBy: query.deployedBy?.(modelName, version.version) ?? [],
    };
  });
  return { items, total, ...tokenOf(offset + places.length, total) };
}

function told(warning: string | null): { complete: boolean; warning: string | null } {
  return { complete: warning === null, warning };
}

/** All models as the index has them, after a look at MLflow. @throws AppError `mlflow_unreachable`. */
export async function openModels({ database, scope, index }: GroupReaders): Promise<Freshness> {
  const known = await findIndex(database, scope);
  const look = index.refreshModels();
  const unreachable = known?.listedAt == null ? await look.then(() => null) : await orStale(look);
  const seen = await findIndex(database, scope);
  return { asOf: toTime(seen?.seenAt?.getTime() ?? 0), unreachable };
}

/** A model as the index has it, after a look at MLflow. @throws AppError `model_not_found`, `mlflow_unreachable`. */
export async function openModel(
  { database, scope, index }: GroupReaders,
  name: string,
): Promise<Freshness & { model: RegistryModelRow }> {
  const known = await findRegistryModel(database, scope, name);
  if (known?.listedAt == null) {
    await index.refreshVersions(await index.refreshModel(name));
    return fresh(await required(database, scope, name), null);
  }
  const versions = index.refreshVersions(known);
  const model = index.refreshModel(name);
  model.catch(() => undefined);
  const isLarge = (known.latestVersion ?? 0) >= LARGE_FROM_VERSION;
  const unreachable = await orStale(isLarge ? versions : Promise.all([versions, model]));
  return fresh(await required(database, scope, name), unreachable);
}

/** Read again after it was compared. */
async function required(database: Database, scope: string, name: string): Promise<RegistryModelRow> {
  const row = await findRegistryModel(database, scope, name);
  if (row !== undefined) return row;
  throw new AppError("model_not_found", `There is no registered model '${name}' in this MLflow any more.`);
}

function fresh(
  model: RegistryModelRow,
  unreachable: AppError | null,
): Freshness & { model: RegistryModelRow } {
  return { model, asOf: toTime(model.seenAt?.getTime() ?? 0), unreachable };
}

/** Waits for parameters and metrics, though not for long; tells in words what is missing, null when nothing is. */
export async function awaitFacts({ database, index }: GroupReaders, modelId: number): Promise<string | null> {
  const { unread } = await countVersions(database, { modelId });
  if (unread === 0) {
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
  return missingFacts(await countVersions(database, { modelId }));
}

/** Of how many versions parameters and metrics are missing, in words; null of none. */
function missingFacts({ versions, unread }: { versions: number; unread: number }): string | null {
  if (unread === 0) return null;
  return `Parameters and metrics of ${unread.toLocaleString("en")} of ${versions.toLocaleString("en")} versions are still being read from MLflow, the newest first.`;
}

function filterColumns(filter: Filter): Column[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.parts.flatMap(filterColumns);
    case "not":
      return filterColumns(filter.part);
    default:
      return [filter.column];
  }
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
