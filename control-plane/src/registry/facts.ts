/**
 * Parameters and metrics of versions. They live on the source run, since MLflow 3 also on the logged model; many are read with
 * one request each.
 */
import type { MetricValue } from "@slipway/contracts/api/model";
import type { MlflowLoggedModel, MlflowMetric, MlflowRun, MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";

/** So few are read one by one, which needs no list of experiments. */
const SINGLY_MAX = 2;
const KEEP_EXPERIMENTS_MS = 60_000;

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

/** Where a version comes from, by id. */
export interface OriginIds {
  runId: string | null;
  loggedModelId: string | null;
}

export interface OriginReader {
  /** Origins in the order of the ids, with at most two requests beside the list of experiments. */
  read(ids: OriginIds[]): Promise<Origin[]>;
}

/** The reader of one group's MLflow, which remembers the list of its experiments for a minute. */
export function createOriginReader(reads: MlflowReads): OriginReader {
  const experiments = createExperimentList(reads);
  return {
    async read(ids) {
      const [runs, loggedModels] = await Promise.all([
        readAll(present(ids.map(({ runId }) => runId)), experiments, {
          one: reads.run,
          many: reads.runs,
          idOf: (run) => run.info.run_id,
        }),
        readAll(present(ids.map(({ loggedModelId }) => loggedModelId)), experiments, {
          one: reads.loggedModel,
          many: reads.loggedModels,
          idOf: (model) => model.info.model_id,
        }),
      ]);
      return ids.map(({ runId, loggedModelId }) => ({
        run: runs.get(runId ?? "") ?? null,
        loggedModel: loggedModels.get(loggedModelId ?? "") ?? null,
      }));
    },
  };
}

/** Where a version comes from. */
export function originIdsOf(version: MlflowVersion): OriginIds {
  return { runId: version.run_id || null, loggedModelId: loggedModelIdOf(version) };
}

/** The logged model that a version was registered from, or null. */
export function loggedModelIdOf(version: MlflowVersion): string | null {
  return /^models:\/(m-[\w-]+)$/.exec(version.source)?.[1] ?? (version.model_id || null);
}

/** Whether what was logged there may still change by itself. */
export function isChanging({ run, loggedModel }: Origin): boolean {
  return (
    (run !== null && /^(?:RUNNING|SCHEDULED)$/.test(run.info.status)) ||
    (loggedModel !== null && !/READY$/.test(loggedModel.info.status))
  );
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

interface Readers<Item> {
  one: (id: string) => Promise<Item | null>;
  many: (ids: string[], experiments: string[]) => Promise<Item[]>;
  idOf: (item: Item) => string;
}

/** Reads things by id; what was not found is asked for once more with fresh experiments, when those at hand were old. */
async function readAll<Item>(
  ids: string[],
  experiments: ExperimentList,
  { one, many, idOf }: Readers<Item>,
): Promise<Map<string, Item>> {
  if (ids.length <= SINGLY_MAX) return keyed(present(await Promise.all(ids.map(one))), idOf);
  const askedAt = Date.now();
  const found = keyed(await search(await experiments.get(false), ids), idOf);
  const absent = ids.filter((id) => !found.has(id));
  if (absent.length === 0 || experiments.readAt() >= askedAt) return found;
  for (const item of await search(await experiments.get(true), absent)) found.set(idOf(item), item);
  return found;

  async function search(known: string[], wanted: string[]): Promise<Item[]> {
    return known.length === 0 ? [] : many(wanted, known);
  }
}

function keyed<Item>(items: Item[], idOf: (item: Item) => string): Map<string, Item> {
  return new Map(items.map((item) => [idOf(item), item]));
}

function present<Item>(items: (Item | null)[]): Item[] {
  return [...new Set(items)].filter((item): item is Item & {} => item !== null);
}
