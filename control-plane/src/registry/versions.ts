/** Versions of a registered model: the sorted table and one version's page. */
import type { ModelVersion, ModelVersionDetail } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import type { RegistryBinding } from "./binding.ts";
import { parseColumns, parseOrder, sortRows } from "./columns.ts";
import { type FactReader, loggedModelIdOf, type Origin } from "./facts.ts";
import type { MlflowVersion } from "./mlflow-answers.ts";
import type { MlflowReads } from "./mlflow-reads.ts";
import { pageOf } from "./paging.ts";
import { findVersion, fingerprintOf } from "./resolve.ts";
import type { VersionFiles } from "./version-files.ts";
import { matches, parseFilter } from "./version-filter.ts";
import { toVersion, toVersionDetail, withColumns } from "./version-views.ts";

/** A versions page waits no longer for parameters and metrics; what is still missing comes with the next read. */
const FACTS_WAIT_MS = 8_000;

/** The readers of one group's MLflow, with what they remember. */
export interface GroupReaders {
  reads: MlflowReads;
  facts: FactReader;
  files: VersionFiles;
}

/** Answers by number and fingerprint: figures of another version that had the number are not this one's. */
export type BenchmarkLookUp = (version: string, fingerprint: string) => ModelVersion["benchmark"];

export interface VersionQuery {
  /** `params.C`, `metrics.accuracy`, `tags.stage`, `benchmark.p99Ms`. */
  columns: string[];
  orderBy?: string | undefined;
  filter?: string | undefined;
  /** What serves a version: the registry does not know, but one can sort and filter by it. */
  deployedBy?: (version: string) => ModelVersion["deployedBy"];
  /** What was measured of a version. */
  benchmark?: BenchmarkLookUp;
  pageSize: number;
  pageToken?: string | undefined;
}

export interface VersionPage {
  items: ModelVersion[];
  nextPageToken?: string;
  total: number;
  complete: boolean;
  warning: string | null;
}

/** Sorts, filters and pages the versions. @throws AppError `model_not_found`, `invalid_request`. */
export async function listVersions(
  { reads, facts }: GroupReaders,
  name: string,
  query: VersionQuery,
): Promise<VersionPage> {
  const columns = parseColumns(query.columns);
  const order = parseOrder(query.orderBy);
  const conditions = parseFilter(query.filter?.trim() ?? "");
  const [model, versions] = await Promise.all([reads.registeredModel(name), reads.versions(name)]);
  const used = [...columns, order.column, ...conditions.map(({ column }) => column)];
  const { origins, warning } = used.some(({ kind }) => kind === "params" || kind === "metrics")
    ? await readOrigins(facts, versions)
    : { origins: new Map<string, Origin>(), warning: null };
  const rows = versions
    .map((version) => ({
      ...toVersion(version, model, origins.get(version.version)),
      deployedBy: query.deployedBy?.(version.version) ?? [],
      benchmark: query.benchmark?.(version.version, fingerprintOf(version)) ?? {},
    }))
    .filter((row) => matches(row, conditions));
  const page = pageOf(sortRows(rows, order), query);
  return {
    ...page,
    items: page.items.map((row) => withColumns(row, columns)),
    total: rows.length,
    complete: warning === null,
    warning,
  };
}

/** Reads where versions come from; what cannot be read, or not in time, is told in words instead. */
export async function readOrigins(
  facts: FactReader,
  versions: MlflowVersion[],
): Promise<{ origins: Map<string, Origin>; warning: string | null }> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), FACTS_WAIT_MS);
  try {
    const origins = await Promise.race([facts.origins(versions), late.promise]);
    if (origins !== null) return { origins, warning: null };
    return {
      origins: facts.remembered(versions),
      warning:
        "MLflow takes long to tell the parameters and metrics. What is missing is still being read: look again in a moment.",
    };
  } catch (error) {
    const problem = AppError.from(error);
    if (problem.code === "internal") throw error;
    return {
      origins: facts.remembered(versions),
      warning: `Some parameters and metrics could not be read. ${problem.message}`,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Reads a version with its files. @throws AppError `model_not_found`, `model_version_not_found`. */
export async function getVersion(
  { reads, facts, files }: GroupReaders,
  binding: RegistryBinding,
  wanted: { name: string; version: string; benchmark?: BenchmarkLookUp | undefined },
): Promise<ModelVersionDetail> {
  const { model, version: registered } = await findVersion(reads, wanted.name, wanted.version);
  const version = await withSourceRun(facts, registered);
  const [{ origins, warning }, contents] = await Promise.all([
    readOrigins(facts, [version]),
    files.contents(version),
  ]);
  const detail = toVersionDetail(binding, {
    version,
    model,
    origin: warning === null ? (origins.get(version.version) ?? null) : null,
    contents,
    warnings: warning === null ? [] : [warning],
  });
  return { ...detail, benchmark: wanted.benchmark?.(version.version, fingerprintOf(registered)) ?? {} };
}

/** Registered without a run, a version still has the run that its logged model was made in. */
async function withSourceRun(facts: FactReader, version: MlflowVersion): Promise<MlflowVersion> {
  if (version.run_id !== "" || loggedModelIdOf(version) === null) return version;
  const { origins } = await readOrigins(facts, [version]);
  const sourceRun = origins.get(version.version)?.loggedModel?.info.source_run_id;
  return { ...version, run_id: sourceRun ?? "" };
}
