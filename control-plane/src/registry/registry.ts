/**
 * The registry room: the only code that speaks MLflow's REST API, turned into Slipway's views.
 * Lists are read live and paged to the end; what costs (runs, logged models, a version's files) is read in batches and
 * remembered per group. It only reads, and never shows or logs a credential.
 */
import { createHash } from "node:crypto";
import type { MlflowTest } from "@slipway/contracts/api/mlflow-binding";
import type {
  ModelVersion,
  ModelVersionDetail,
  RegisteredModel,
  RegisteredModelDetail,
} from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import type { ModelReference } from "@slipway/contracts/model-uri";
import { LRUCache } from "lru-cache";
import type { Logger } from "#telemetry/logger.ts";
import { bindingFingerprint, type RegistryBinding } from "./binding.ts";
import { parseColumns, parseOrder, sortRows } from "./columns.ts";
import { createConnections, DEFAULT_TIMEOUTS, type Timeouts } from "./connections.ts";
import { createFactReader, type FactReader, type Origin } from "./facts.ts";
import type { InputExample } from "./input-example.ts";
import type { MlflowModel, MlflowVersion } from "./mlflow-answers.ts";
import { createMlflowClient } from "./mlflow-client.ts";
import { createMlflowReads, type MlflowReads } from "./mlflow-reads.ts";
import { searchModels, sortModels, toModel, toModelDetail } from "./model-views.ts";
import { pageOf } from "./paging.ts";
import { testMlflow } from "./test-connection.ts";
import { createVersionFiles, type VersionFiles } from "./version-files.ts";
import { matches, parseFilter } from "./version-filter.ts";
import { requireReady, toVersion, toVersionDetail, withColumns } from "./version-views.ts";

/** A versions page waits no longer for parameters and metrics; what is still missing comes with the next read. */
const FACTS_WAIT_MS = 8_000;
const GROUPS_MAX = 200;

export interface VersionQuery {
  /** `params.C`, `metrics.accuracy`, `tags.stage`. */
  columns: string[];
  orderBy?: string | undefined;
  filter?: string | undefined;
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

/** A model reference pinned to the exact version that it means now. */
export interface ResolvedVersion {
  version: string;
  /** Changes when this number becomes another version (deleted and registered again). */
  fingerprint: string;
  signature: ModelVersionDetail["signature"];
  inputExample: InputExample | null;
}

export interface ModelListQuery {
  search?: string | undefined;
  orderBy?: string | undefined;
}

/** Reads of a group's registry. All throw AppError `mlflow_unreachable`; `deployedBy` is left empty for the caller. */
export interface Registry {
  listModels(binding: RegistryBinding, query?: ModelListQuery): Promise<RegisteredModel[]>;
  /** @throws AppError `model_not_found`. */
  getModel(binding: RegistryBinding, name: string): Promise<RegisteredModelDetail>;
  /** @throws AppError `model_not_found`, `invalid_request`. */
  listVersions(binding: RegistryBinding, name: string, query: VersionQuery): Promise<VersionPage>;
  /** @throws AppError `model_not_found`, `model_version_not_found`. */
  getVersion(binding: RegistryBinding, name: string, version: string): Promise<ModelVersionDetail>;
  /** @throws AppError `model_not_found`, `model_version_not_found`, `conflict` for a version that is not ready. */
  resolve(binding: RegistryBinding, reference: ModelReference): Promise<ResolvedVersion>;
  /** Says what is reachable and what is wrong, instead of throwing. */
  testConnection(binding: RegistryBinding): Promise<MlflowTest>;
  /** Drops what is remembered of a group. */
  forget(group: string): void;
  close(): Promise<void>;
}

interface GroupRegistry {
  fingerprint: string;
  reads: MlflowReads;
  facts: FactReader;
  files: VersionFiles;
}

/** Builds the registry. `timeouts` are for tests. */
export function createRegistry({
  logger,
  timeouts,
}: {
  logger?: Logger;
  timeouts?: Timeouts;
} = {}): Registry {
  const connections = createConnections(timeouts ?? DEFAULT_TIMEOUTS);
  const groups = new LRUCache<string, GroupRegistry>({ max: GROUPS_MAX });

  function of(binding: RegistryBinding): GroupRegistry {
    const fingerprint = bindingFingerprint(binding);
    const known = groups.get(binding.group);
    if (known?.fingerprint === fingerprint) return known;
    const reads = createMlflowReads(createMlflowClient(binding, connections, logger), binding.uiUri);
    const made = { fingerprint, reads, facts: createFactReader(reads), files: createVersionFiles(reads) };
    groups.set(binding.group, made);
    return made;
  }

  return {
    async listModels(binding, { search, orderBy } = {}) {
      const models = (await of(binding).reads.registeredModels()).map((model) => toModel(binding, model));
      return sortModels(searchModels(models, search), orderBy);
    },
    async getModel(binding, name) {
      const { reads, facts } = of(binding);
      const [model, versions] = await Promise.all([reads.registeredModel(name), reads.versions(name)]);
      const { origins } = await readOrigins(facts, versions);
      return toModelDetail(binding, model, { versions, origins });
    },
    listVersions: (binding, name, query) => listVersions(of(binding), name, query),
    getVersion: (binding, name, version) => getVersion(of(binding), binding, { name, version }),
    resolve: (binding, reference) => resolve(of(binding), reference),
    testConnection: (binding) => testMlflow(createMlflowClient(binding, connections, logger)),
    forget: (group) => void groups.delete(group),
    close: () => connections.close(),
  };
}

async function listVersions(
  { reads, facts }: GroupRegistry,
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
    .map((version) => toVersion(version, model, origins.get(version.version)))
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

/** Reads the origins; what cannot be read, or not in time, is told in words instead. */
async function readOrigins(
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

async function getVersion(
  { reads, facts, files }: GroupRegistry,
  binding: RegistryBinding,
  wanted: { name: string; version: string },
): Promise<ModelVersionDetail> {
  const { model, version } = await findVersion(reads, wanted.name, wanted.version);
  const [{ origins, warning }, contents] = await Promise.all([
    readOrigins(facts, [version]),
    files.contents(version),
  ]);
  return toVersionDetail(binding, {
    version,
    model,
    origin: warning === null ? (origins.get(version.version) ?? null) : null,
    contents,
    warnings: warning === null ? [] : [warning],
  });
}

async function findVersion(
  reads: MlflowReads,
  name: string,
  number: string,
): Promise<{ model: MlflowModel; version: MlflowVersion }> {
  const [model, version] = await Promise.allSettled([
    reads.registeredModel(name),
    reads.version(name, number),
  ]);
  // An unknown model says more than an unknown version of it.
  if (model.status === "rejected") throw model.reason;
  if (version.status === "rejected") throw version.reason;
  return { model: model.value, version: version.value };
}

async function resolve({ reads, files }: GroupRegistry, reference: ModelReference): Promise<ResolvedVersion> {
  const number = "version" in reference ? reference.version : await versionOfAlias(reads, reference);
  const { version } = await findVersion(reads, reference.name, number);
  requireReady(version);
  const { signature, inputExample } = await files.contents(version);
  return { version: version.version, fingerprint: fingerprintOf(version), signature, inputExample };
}

async function versionOfAlias(reads: MlflowReads, wanted: { name: string; alias: string }): Promise<string> {
  const { aliases } = await reads.registeredModel(wanted.name);
  const found = aliases.find(({ alias }) => alias === wanted.alias);
  if (found !== undefined) return found.version;
  const known = aliases.map(({ alias }) => `@${alias}`).join(", ");
  throw new AppError(
    "model_version_not_found",
    `Registered model '${wanted.name}' has no alias '${wanted.alias}'. ${known === "" ? "It has no aliases: write a version number instead." : `It has ${known}.`}`,
  );
}

function fingerprintOf({ name, version, creation_timestamp, source, run_id }: MlflowVersion): string {
  const content = JSON.stringify([name, version, creation_timestamp, source, run_id]);
  return createHash("sha256").update(content).digest("hex").slice(0, 32);
}
