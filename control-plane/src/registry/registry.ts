/**
 * The registry room: the only code that speaks MLflow's REST API, turned into Slipway's views.
 * Lists come out of an index in PostgreSQL that is compared with MLflow at each look and kept in step in the background; a
 * version's files are remembered. It only reads, but for the webhook that tells of moved aliases, and never shows or logs a
 * credential.
 */
import type { MlflowTest } from "@slipway/contracts/api/mlflow-binding";
import type {
  ModelVersionDetail,
  RegisteredModel,
  RegisteredModelDetail,
} from "@slipway/contracts/api/model";
import type { ModelReference } from "@slipway/contracts/model-uri";
import { LRUCache } from "lru-cache";
import type { Database } from "#store/database.ts";
import {
  dropIndexes,
  listRegistryModels,
  longestUnlisted,
  newestUncompared,
} from "#store/registry-index-store.ts";
import { countVersions } from "#store/registry-version-store.ts";
import type { Logger } from "#telemetry/logger.ts";
import { bindingFingerprint, indexScope, type RegistryBinding } from "./binding.ts";
import { createConnections, DEFAULT_TIMEOUTS, type Timeouts } from "./connections.ts";
import { createOriginReader } from "./facts.ts";
import type { Freshness } from "./freshness.ts";
import { createGroupIndex } from "./indexing/group-index.ts";
import { createIndexPass, type IndexPass } from "./indexing/index-pass.ts";
import { mlflowUiUrl } from "./links.ts";
import { createMlflowClient } from "./mlflow-client.ts";
import { createMlflowReads } from "./mlflow-reads.ts";
import { searchModels, sortModels, toModel, toModelDetail } from "./model-views.ts";
import { identify, type ResolvedVersion, readAliases, resolve, type VersionIdentity } from "./resolve.ts";
import { testMlflow } from "./test-connection.ts";
import { createVersionFiles } from "./version-files.ts";
import {
  awaitFacts,
  type BenchmarkLookUp,
  type GroupReaders,
  getVersion,
  listAllVersions,
  listVersions,
  openModel,
  openModels,
  type VersionPage,
  type VersionQuery,
} from "./versions.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

const GROUPS_MAX = 200;

export interface ModelListQuery {
  search?: string | undefined;
  orderBy?: string | undefined;
}

/** All models of a registry, with how far the index has got. */
export interface ModelPage extends Freshness {
  models: RegisteredModel[];
  index: { versions: number; unread: number };
}

/**
 * Reads of a group's registry. `deployedBy` and `benchmark` are left empty for the caller. Lists are served from the index, and say
 * so, while MLflow does not answer; everything else throws AppError `mlflow_unreachable` then.
 */
export interface Registry {
  listModels(binding: RegistryBinding, query?: ModelListQuery): Promise<ModelPage>;
  /** @throws AppError `model_not_found`. */
  getModel(
    binding: RegistryBinding,
    name: string,
  ): Promise<Omit<RegisteredModelDetail, "asOf" | "problem"> & Freshness>;
  /** @throws AppError `model_not_found`, `invalid_request`. */
  listVersions(binding: RegistryBinding, name: string, query: VersionQuery): Promise<VersionPage>;
  /** Of all models; with `firstOfEach` of each model the version that stands first. @throws AppError `invalid_request`. */
  listAllVersions(
    binding: RegistryBinding,
    query: VersionQuery & { firstOfEach: boolean },
  ): Promise<VersionPage>;
  /** @throws AppError `model_not_found`, `model_version_not_found`. */
  getVersion(
    binding: RegistryBinding,
    name: string,
    version: string,
    benchmark?: BenchmarkLookUp,
  ): Promise<ModelVersionDetail>;
  /** Which version it is, without a look at its files. @throws AppError `model_not_found`, `model_version_not_found`. */
  identify(binding: RegistryBinding, name: string, version: string): Promise<VersionIdentity>;
  /** What each alias of a model means now, in one call. @throws AppError `model_not_found`. */
  aliases(binding: RegistryBinding, name: string): Promise<Map<string, string>>;
  /**
   * @throws AppError `model_not_found`, `model_version_not_found`, `invalid_model_uri` for one that means several versions,
   * `conflict` for a version that is not ready.
   */
  resolve(binding: RegistryBinding, reference: ModelReference): Promise<ResolvedVersion>;
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
    const made = { fingerprint, database, scope, reads, origins, files, index };
    groups.set(binding.group, made);
    return made;
  }

  return {
    async listModels(binding, { search, orderBy } = {}) {
      const readers = of(binding);
      const freshness = await openModels(readers);
      const [models, index] = await Promise.all([
        listRegistryModels(database, readers.scope),
        countVersions(database, { scope: readers.scope }),
      ]);
      const shown = models.map((model) => toModel(binding, model));
      return { models: sortModels(searchModels(shown, search), orderBy), index, ...freshness };
    },
    async getModel(binding, name) {
      const readers = of(binding);
      const { model, ...freshness } = await openModel(readers, name);
      await awaitFacts(readers, model.id);
      const [row = model] = await listRegistryModels(database, readers.scope, [name]);
      const { versions } = await countVersions(database, { modelId: model.id });
      return { ...toModelDetail(binding, row, versions), ...freshness };
    },
    listVersions: (binding, name, query) => listVersions(of(binding), name, query),
    listAllVersions: (binding, query) => listAllVersions(of(binding), query),
    getVersion: (binding, name, version, benchmark) =>
      getVersion(of(binding), binding, { name, version, benchmark }),
    identify: (binding, name, version) => identify(of(binding).reads, name, version),
    aliases: (binding, name) => readAliases(of(binding).reads, name),
    resolve: (binding, reference) => resolve(of(binding), reference),
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
