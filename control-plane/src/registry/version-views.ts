/** Model versions as Slipway shows them. */
import type { ModelVersionDetail, RegistryVersion } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import { formatModelUri } from "@slipway/contracts/model-uri";
import { batchingTagWarning } from "#domain/batching.ts";
import type { IndexedVersion } from "#store/version-values.ts";
import type { RegistryBinding } from "./binding.ts";
import { factsOf, loggedModelIdOf, type Origin } from "./facts.ts";
import { loggedModelUrl, runUrl, versionUrl } from "./links.ts";
import { toMetricValue } from "./metric-value.ts";
import type { MlflowModel, MlflowVersion } from "./mlflow-answers.ts";
import { toTime, withoutSystemTags } from "./model-views.ts";
import type { VersionFiles } from "./version-files.ts";

/** A version in a list, without what the registry does not know. */
export interface ListedVersion extends Omit<RegistryVersion, "deployedBy" | "benchmark"> {
  /** Changes when the number becomes another version. */
  fingerprint: string;
}

/** A version out of the index. */
export function toListedVersion(version: IndexedVersion): ListedVersion {
  const { modelName: name, number, createdMs, metrics, ...told } = version;
  return {
    ...{ ...told, name, version: String(number), registeredAt: toTime(createdMs) },
    metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, toMetricValue(value)])),
    modelUri: formatModelUri(name, String(number)),
  };
}

export interface VersionParts {
  version: MlflowVersion;
  model: MlflowModel;
  /** Null when it could not be read. */
  origin: Origin | null;
  contents: Awaited<ReturnType<VersionFiles["contents"]>>;
  warnings: string[];
}

/** A version's page. */
export function toVersionDetail(binding: RegistryBinding, parts: VersionParts): ModelVersionDetail {
  const { version, model, origin, contents, warnings } = parts;
  const { name } = version;
  const { params, metrics } = factsOf(origin ?? { run: null, loggedModel: null });
  return {
    version: version.version,
    registeredAt: toTime(version.creation_timestamp),
    description: version.description,
    status: version.status,
    aliases: model.aliases
      .filter((alias) => alias.version === version.version)
      .map(({ alias }) => alias)
      .sort(),
    deployedBy: [],
    params,
    metrics,
    tags: withoutSystemTags(version.tags),
    benchmark: {},
    modelUri: formatModelUri(name, version.version),
    name,
    lastModifiedAt: toTime(version.last_updated_timestamp ?? version.creation_timestamp),
    registeredBy: version.user_id || (origin?.run?.data.tags["mlflow.user"] ?? null),
    sourceRun: sourceRunOf(binding, version, origin),
    loggedModel: loggedModelOf(binding, version, origin),
    url: versionUrl(binding, name, version.version),
    source: version.source,
    ...contents,
    warnings: [
      ...statusWarnings(version),
      ...[batchingTagWarning(version.tags)].filter((warning) => warning !== null),
      ...warnings,
      ...contents.warnings,
    ],
  };
}

function sourceRunOf(
  binding: RegistryBinding,
  { run_id: id }: MlflowVersion,
  origin: Origin | null,
): ModelVersionDetail["sourceRun"] {
  if (id === "") return null;
  const unknown = { id, name: null, experimentId: null, url: null };
  // What could not be asked is not called missing; the page's warning tells.
  if (origin === null) return { ...unknown, state: "active" };
  const { run } = origin;
  if (run === null) return { ...unknown, state: "missing" };
  const experimentId = run.info.experiment_id ?? null;
  return {
    id,
    name: run.info.run_name || (run.data.tags["mlflow.runName"] ?? null),
    experimentId,
    url: experimentId === null ? null : runUrl(binding, experimentId, id),
    state: run.info.lifecycle_stage === "deleted" ? "deleted" : "active",
  };
}

function loggedModelOf(
  binding: RegistryBinding,
  version: MlflowVersion,
  origin: Origin | null,
): ModelVersionDetail["loggedModel"] {
  const id = loggedModelIdOf(version);
  if (id === null) return null;
  const experimentId = origin?.loggedModel?.info.experiment_id;
  return { id, url: experimentId ? loggedModelUrl(binding, experimentId, id) : null };
}

function statusWarnings({ status, status_message }: MlflowVersion): string[] {
  if (status === "READY") return [];
  return [`MLflow has this version as ${status}${status_message ? `: ${status_message}` : ""}.`];
}

/** Refuses a version that MLflow has not finished registering. @throws AppError `conflict`. */
export function requireReady({ name, version, status, status_message }: MlflowVersion): void {
  if (status === "READY") return;
  throw new AppError(
    "conflict",
    `Version ${version} of '${name}' cannot be deployed: MLflow has it as ${status}${status_message ? ` (${status_message})` : ""}. Wait until it is READY, or register it again.`,
  );
}
