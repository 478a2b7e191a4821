/**
 * Parameters and metrics of versions. They live on the source run, since MLflow 3 also on the logged model; both are read
 * in batches and remembered, never one request per version.
 */
import type { MetricValue } from "@slipway/contracts/api/model";
import { type BatchCache, createBatchCache } from "./batch-cache.ts";
import type { MlflowLoggedModel, MlflowMetric, MlflowRun, MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";

const BATCH = 200;
const BATCHES_AT_ONCE = 3;
/** So few are read one by one, which needs no list of experiments. */
const SINGLY_MAX = 2;
const KEEP_SETTLED_MS = 10 * 60_000;
const KEEP_CHANGING_MS = 3_000;
const KEEP_MISSING_MS = 15_000;
const KEEP_EXPERIMENTS_MS = 60_000;
const CACHE_SIZE_MAX = 48 * 1024 * 1024;

/** What was logged for a version. */
export interface Facts {
  params: Record<string, string>;
  metrics: Record<string, MetricValue>;
}

/** A version's logged model and source run; null where MLflow has none. */
export interface Origin {
  run: MlflowRun | null;
  loggedModel: MlflowLoggedModel | null;
}

export interface FactReader {
  /** Origins by version number. */
  origins(versions: MlflowVersion[]): Promise<Map<string, Origin>>;
  /** The same from memory alone. */
  remembered(versions: MlflowVersion[]): Map<string, Origin>;
}

/** The reader of one group's MLflow, with its own memory. */
export function createFactReader(reads: MlflowReads): FactReader {
  const experiments = createExperimentList(reads);
  const runs: BatchCache<MlflowRun> = createBatchCache({
    read: async (ids) =>
      keyed(
        ids.length <= SINGLY_MAX
          ? await Promise.all(ids.map(reads.run))
          : await inBatches(ids, experiments, reads.runs, (run) => run.info.run_id),
        (run) => run.info.run_id,
      ),
    keepMs: (run) => (/^(?:RUNNING|SCHEDULED)$/.test(run.info.status) ? KEEP_CHANGING_MS : KEEP_SETTLED_MS),
    keepMissingMs: KEEP_MISSING_MS,
    sizeOf: (run) => sizeOf(run.data.params, run.data.metrics) + sizeOf(run.data.tags, []),
    sizeMax: CACHE_SIZE_MAX,
  });
  const loggedModels: BatchCache<MlflowLoggedModel> = createBatchCache({
    read: async (ids) =>
      keyed(
        ids.length <= SINGLY_MAX
          ? await Promise.all(ids.map(reads.loggedModel))
          : await inBatches(ids, experiments, reads.loggedModels, (model) => model.info.model_id),
        (model) => model.info.model_id,
      ),
    keepMs: (model) => (/READY$/.test(model.info.status) ? KEEP_SETTLED_MS : KEEP_CHANGING_MS),
    keepMissingMs: KEEP_MISSING_MS,
    sizeOf: (model) => sizeOf(model.data.params, model.data.metrics),
    sizeMax: CACHE_SIZE_MAX,
  });
  return {
    async origins(versions) {
      const found = await Promise.all([
        runs.getAll(versions.flatMap((version) => version.run_id || [])),
        loggedModels.getAll(versions.flatMap((version) => loggedModelIdOf(version) ?? [])),
      ]);
      return join(versions, ...found);
    },
    remembered: (versions) =>
      join(
        versions,
        runs.peekAll(versions.flatMap((version) => version.run_id || [])),
        loggedModels.peekAll(versions.flatMap((version) => loggedModelIdOf(version) ?? [])),
      ),
  };
}

/** The logged model that a version was registered from, or null. */
export function loggedModelIdOf(version: MlflowVersion): string | null {
  return /^models:\/(m-[\w-]+)$/.exec(version.source)?.[1] ?? (version.model_id || null);
}

/** Merges both origins; the logged model's own values win. */
export function factsOf({ run, loggedModel }: Origin): Facts {
  const ofRun = newestByKey(run?.data.metrics ?? []);
  const ofModel = newestByKey(loggedModel?.data.metrics ?? []);
  const metrics: Record<string, MetricValue> = {};
  for (const [key, metric] of [...ofRun, ...ofModel]) {
    const twin = ofRun.get(key);
    // MLflow's SQL store forgets that a logged model's metric was NaN and answers 0; the run still knows.
    const lostNan = metric.value === 0 && twin?.value === "NaN" && twin.timestamp === metric.timestamp;
    metrics[key] = lostNan ? "NaN" : metric.value;
  }
  return { params: { ...run?.data.params, ...loggedModel?.data.params }, metrics };
}

/** A logged model has a metric once per data set: the one without a data set stands for all, else the newest. */
function newestByKey(metrics: MlflowMetric[]): Map<string, MlflowMetric> {
  const chosen = new Map<string, MlflowMetric>();
  for (const metric of metrics) {
    const other = chosen.get(metric.key);
    if (other === undefined || rank(metric) >= rank(other)) chosen.set(metric.key, metric);
  }
  return chosen;
}

function rank(metric: MlflowMetric): number {
  return metric.dataset_name ? metric.timestamp : Number.POSITIVE_INFINITY;
}

function join(
  versions: MlflowVersion[],
  runs: Map<string, MlflowRun>,
  loggedModels: Map<string, MlflowLoggedModel>,
): Map<string, Origin> {
  return new Map(
    versions.map((version) => [
      version.version,
      {
        run: runs.get(version.run_id) ?? null,
        loggedModel: loggedModels.get(loggedModelIdOf(version) ?? "") ?? null,
      },
    ]),
  );
}

interface ExperimentList {
  /** All experiment ids; read anew when they are older than a minute or `fresh` is asked for. */
  get(fresh: boolean): Promise<string[]>;
  /** When they were read. */
  readAt(): number;
}

function createExperimentList(reads: MlflowReads): ExperimentList {
  let current: { ids: Promise<string[]>; readAt: number } | undefined;
  return {
    async get(fresh) {
      const now = Date.now();
      if (current === undefined || fresh || now - current.readAt > KEEP_EXPERIMENTS_MS) {
        const ids = reads.experimentIds();
        const reading = { ids, readAt: now };
        current = reading;
        ids.catch(() => {
          if (current === reading) current = undefined;
        });
      }
      return await current.ids;
    },
    readAt: () => current?.readAt ?? 0,
  };
}

/** Searches in batches; what was not found is asked for once more with fresh experiments, when those at hand were old. */
async function inBatches<Item>(
  ids: string[],
  experiments: ExperimentList,
  search: (ids: string[], experiments: string[]) => Promise<Item[]>,
  idOf: (item: Item) => string,
): Promise<Item[]> {
  const askedAt = Date.now();
  const found = await searchAll(ids, await experiments.get(false), search);
  const foundIds = new Set(found.map(idOf));
  const absent = ids.filter((id) => !foundIds.has(id));
  if (absent.length === 0 || experiments.readAt() >= askedAt) return found;
  return [...found, ...(await searchAll(absent, await experiments.get(true), search))];
}

async function searchAll<Item>(
  ids: string[],
  experiments: string[],
  search: (ids: string[], experiments: string[]) => Promise<Item[]>,
): Promise<Item[]> {
  if (experiments.length === 0) return [];
  const waiting: string[][] = [];
  for (let start = 0; start < ids.length; start += BATCH) waiting.push(ids.slice(start, start + BATCH));
  const found: Item[] = [];
  async function work(): Promise<void> {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      found.push(...(await search(batch, experiments)));
    }
  }
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
  return found;
}

function keyed<Item>(items: (Item | null)[], idOf: (item: Item) => string): Map<string, Item> {
  return new Map(items.flatMap((item) => (item === null ? [] : [[idOf(item), item] as const])));
}

function sizeOf(texts: Record<string, string>, metrics: MlflowMetric[]): number {
  let size = 200 + metrics.length * 120;
  for (const [key, value] of Object.entries(texts)) size += 2 * (key.length + value.length);
  return size;
}
