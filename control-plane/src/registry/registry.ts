/**
 * The registry room: the only code that speaks MLflow's REST API, turned into Slipway's views.
 * Lists are read live and paged to the end; what costs (runs, logged models, a version's files) is read in batches and
 * remembered per group. It only reads, but for the webhook that tells of moved aliases, and never shows or logs a credential.
 */
import type { MlflowTest } from "@slipway/contracts/api/mlflow-binding";
import type {
  ModelVersionDetail,
  RegisteredModel,
  RegisteredModelDetail,
} from "@slipway/contracts/api/model";
import type { ModelReference } from "@slipway/contracts/model-uri";
import { LRUCache } from "lru-cache";
import type { Logger } from "#telemetry/logger.ts";
import { bindingFingerprint, type RegistryBinding } from "./binding.ts";
import { createConnections, DEFAULT_TIMEOUTS, type Timeouts } from "./connections.ts";
import { createFactReader } from "./facts.ts";
import { mlflowUiUrl } from "./links.ts";
import { createMlflowClient } from "./mlflow-client.ts";
import { createMlflowReads } from "./mlflow-reads.ts";
import { searchModels, sortModels, toModel, toModelDetail } from "./model-views.ts";
import { identify, type ResolvedVersion, readAliases, resolve, type VersionIdentity } from "./resolve.ts";
import { testMlflow } from "./test-connection.ts";
import { createVersionFiles } from "./version-files.ts";
import {
  type BenchmarkLookUp,
  type GroupReaders,
  getVersion,
  listVersions,
  readOrigins,
  type VersionPage,
  type VersionQuery,
} from "./versions.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

const GROUPS_MAX = 200;

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
  /** Drops what is remembered of a group. */
  forget(group: string): void;
  close(): Promise<void>;
}

interface RememberedGroup extends GroupReaders {
  fingerprint: string;
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
  const groups = new LRUCache<string, RememberedGroup>({ max: GROUPS_MAX });

  function of(binding: RegistryBinding): RememberedGroup {
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
    getVersion: (binding, name, version, benchmark) =>
      getVersion(of(binding), binding, { name, version, benchmark }),
    identify: (binding, name, version) => identify(of(binding).reads, name, version),
    aliases: (binding, name) => readAliases(of(binding).reads, name),
    resolve: (binding, reference) => resolve(of(binding), reference),
    webhooks: createWebhooks((binding) => createMlflowClient(binding, connections, logger)),
    testConnection: (binding) => testMlflow(createMlflowClient(binding, connections, logger)),
    uiUrl: mlflowUiUrl,
    forget: (group) => void groups.delete(group),
    close: () => connections.close(),
  };
}
