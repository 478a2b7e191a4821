/**
 * The registry room: the only code that speaks MLflow's REST API, turned into Slipway's views.
 * Lists come out of an index in PostgreSQL that is compared with MLflow at each look and kept in step in the background; a
 * version's files are remembered. It writes what people change, the stamps of served versions, and the webhook that tells of moved
 * aliases, and never shows or logs a credential.
 */

import type { MetricRange } from "@slipway/contracts/api/metric-range";
import type { MlflowTest } from "@slipway/contracts/api/mlflow-binding";
import type { ModelVersionDetail, RegistryColumns } from "@slipway/contracts/api/model";
import type { ModelReference } from "@slipway/contracts/model-uri";
import { LRUCache } from "lru-cache";
import type { VersionFacts } from "#domain/version-facts.ts";
import type { Database } from "#store/database.ts";
import { dropIndexes, longestUnlisted, newestUncompared } from "#store/registry-index-store.ts";
import { listRegistryColumns } from "#store/registry-keys.ts";
import type { Logger } from "#telemetry/logger.ts";
import { bindingFingerprint, indexScope, type RegistryBinding } from "./binding.ts";
import { createConnections, DEFAULT_TIMEOUTS, type Timeouts } from "./connections.ts";
import { createOriginReader } from "./facts.ts";
import { createGroupIndex } from "./indexing/group-index.ts";
import { createIndexPass, type IndexPass } from "./indexing/index-pass.ts";
import { mlflowUiUrl } from "./links.ts";
import { type RangesQuery, readMetricRanges } from "./metric-ranges.ts";
import { createMlflowClient } from "./mlflow-client.ts";
import { createMlflowReads } from "./mlflow-reads.ts";
import {
  getModel,
  listModels,
  type ModelListQuery,
  type ModelPage,
  type ModelView,
  requireModel,
} from "./models.ts";
import { createRegistryEdits, type RegistryEdits } from "./registry-edits.ts";
import { identify, type ResolvedVersion, readAliases, resolve, type VersionIdentity } from "./resolve.ts";
import { createVersionTables } from "./table/version-tables.ts";
import { testMlflow } from "./test-connection.ts";
import { createTurns } from "./turns.ts";
import { type Artifacts, createArtifacts } from "./version-artifacts.ts";
import { exportVersions, type VersionExport } from "./version-export.ts";
import { readVersionFacts } from "./version-facts.ts";
import { createVersionFiles } from "./version-files.ts";
import { createVersionStamps, type VersionStamps } from "./version-stamps.ts";
import {
  type BenchmarkLookUp,
  type GroupReaders,
  getVersion,
  listVersions,
  type VersionPage,
  type VersionQuery,
} from "./versions.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

const GROUPS_MAX = 200;

/**
 * Reads of a group's registry. `deployedBy` and `benchmark` are left empty for the caller. Lists are served from the index, and say
 * so, while MLflow does not answer; everything else throws AppError `mlflow_unreachable` then.
 */
export interface Registry {
  listModels(binding: RegistryBinding, query?: ModelListQuery): Promise<ModelPage>;
  /** @throws AppError `model_not_found`. */
  getModel(binding: RegistryBinding, name: string): Promise<ModelView>;
  /** Asks MLflow only about a model that the index does not know. @throws AppError `model_not_found`. */
  requireModel(binding: RegistryBinding, name: string): Promise<void>;
  /** What all models' versions have, as far as the index knows it; MLflow is not asked. */
  columns(binding: RegistryBinding): Promise<RegistryColumns>;
  /** Of a model, or with null of all. @throws AppError `model_not_found`, `invalid_request`. */
  listVersions(
    binding: RegistryBinding,
    name: string | null,
    query: VersionQuery & { pageSize: number },
  ): Promise<VersionPage>;
  /** All of the versions that meet the filter, of a model or with null of all. @throws AppError as the lists do. */
  exportVersions(binding: RegistryBinding, name: string | null, query: VersionQuery): Promise<VersionExport>;
  /** Out of the index alone: MLflow is not asked. @throws AppError `model_not_found`, `invalid_request`. */
  metricRanges(binding: RegistryBinding, name: string | null, query: RangesQuery): Promise<MetricRange[]>;
  /** @throws AppError `model_not_found`, `model_version_not_found`. */
  getVersion(
    binding: RegistryBinding,
    name: string,
    version: string,
    benchmark?: BenchmarkLookUp,
  ): Promise<ModelVersionDetail>;
  /** What its files say, as far as MLflow answers in time. @throws AppError `model_not_found`, `model_version_not_found`. */
  versionFacts(
    binding: RegistryBinding,
    wanted: { name: string; version: string },
    budgetMs: number,
  ): Promise<VersionFacts>;
  /** Which version it is, without a look at its files. @throws AppError `model_not_found`, `model_version_not_found`. */
  identify(binding: RegistryBinding, name: string, version: string): Promise<VersionIdentity>;
  /** Compares a model and its newest versions with the index. @throws AppError `model_not_found`. */
  look(binding: RegistryBinding, name: string): Promise<void>;
  /** What each alias of a model means now, in one call. @throws AppError `model_not_found`. */
  aliases(binding: RegistryBinding, name: string): Promise<Map<string, string>>;
  /**
   * @throws AppError `model_not_found`, `model_version_not_found`, `invalid_model_uri` for one that means several versions,
   * `conflict` for a version that is not ready.
   */
  resolve(binding: RegistryBinding, reference: ModelReference): Promise<ResolvedVersion>;
  /** What people change. */
  edits(binding: RegistryBinding): RegistryEdits;
  artifacts: Artifacts;
  stamps: VersionStamps;
  webhooks: Webhooks;
  /** Says what is reachable and what is wrong, instead of throwing. */
  testConnection(binding: RegistryBinding): Promise<MlflowTest>;
  /** Where people open the group's MLflow. */
  uiUrl(binding: RegistryBinding): string;
  /** The background work on a group's index. */
  indexPass(binding: RegistryBinding): IndexPass;
  /** Drops what is remembered of how a group's MLflow is called. */
  forget(group: string): void;
  /** Drops a group's index. */
  drop(group: string): Promise<void>;
  close(): Promise<void>;
}

interface RememberedGroup extends GroupReaders {
  fingerprint: string;
}

export interface RegistryPorts {
  database: Database;
  logger?: Logger;
  /** For tests. */
  timeouts?: Timeouts;
  now?: () => Date;
}

/** Builds the registry. */
export function createRegistry({
  database,
  logger,
  timeouts,
  now = () => new Date(),
}: RegistryPorts): Registry {
  const connections = createConnections(timeouts ?? DEFAULT_TIMEOUTS);
  const groups = new LRUCache<string, RememberedGroup>({ max: GROUPS_MAX });
  const turns = createTurns();
  const tables = createVersionTables(database, { logger });

  function of(binding: RegistryBinding): RememberedGroup {
    const fingerprint = bindingFingerprint(binding);
    const known = groups.get(binding.group);
    if (known?.fingerprint === fingerprint) return known;
    const reads = createMlflowReads(createMlflowClient(binding, connections, logger), binding.uiUri);
    const { group } = binding;
    const origins = createOriginReader(reads);
    const scope = indexScope(binding);
    const index = createGroupIndex({ database, key: { scope, groupName: group }, reads, origins, now });
    const files = createVersionFiles(reads);
    const made = { fingerprint, database, tables, scope, reads, origins, files, index, now };
    groups.set(binding.group, made);
    return made;
  }

  return {
    listModels: (binding, query = {}) => listModels(of(binding), binding, query),
    getModel: (binding, name) => getModel(of(binding), binding, name),
    requireModel: (binding, name) => requireModel(of(binding), name),
    columns: (binding) => listRegistryColumns(database, indexScope(binding)),
    listVersions: (binding, name, query) => listVersions(of(binding), name, query),
    exportVersions: (binding, name, query) => exportVersions(of(binding), name, query),
    metricRanges: (binding, name, query) => readMetricRanges(of(binding), name, query),
    getVersion: (binding, name, version, benchmark) =>
      getVersion(of(binding), binding, { name, version, benchmark }),
    versionFacts: (binding, wanted, budgetMs) => readVersionFacts(of(binding).reads, wanted, budgetMs),
    identify: (binding, name, version) => identify(of(binding).reads, name, version),
    look: async (binding, name) => {
      const { index } = of(binding);
      await index.refreshVersions(await index.refreshModel(name));
    },
    aliases: (binding, name) => readAliases(of(binding).reads, name),
    resolve: (binding, reference) => resolve(of(binding), reference),
    edits: (binding) => createRegistryEdits({ ...of(binding), turns }),
    artifacts: createArtifacts((binding) => of(binding).reads),
    stamps: createVersionStamps((binding) => createMlflowClient(binding, connections, logger)),
    webhooks: createWebhooks((binding) => createMlflowClient(binding, connections, logger)),
    testConnection: (binding) => testMlflow(createMlflowClient(binding, connections, logger)),
    uiUrl: mlflowUiUrl,
    indexPass: (binding) =>
      createIndexPass({
        index: of(binding).index,
        dropOthers: () => dropIndexes(database, binding.group, { but: indexScope(binding) }),
        newestUncompared: () => newestUncompared(database, indexScope(binding)),
        longestUnlisted: (before) => longestUnlisted(database, indexScope(binding), before),
        now,
      }),
    forget: (group) => void groups.delete(group),
    drop: (group) => dropIndexes(database, group),
    close: () => connections.close(),
  };
}
