/** MLflow's answers as rows of the registry index. */
import type { MetricValue } from "@slipway/contracts/api/model";
import { storable } from "#domain/storable-text.ts";
import { factsOf, isChanging, type Origin, originIdsOf } from "#registry/facts.ts";
import type { MlflowModel, MlflowVersion } from "#registry/mlflow-answers.ts";
import { newestVersion, withoutSystemTags } from "#registry/model-views.ts";
import { fingerprintOf } from "#registry/resolve.ts";
import type { ModelFacts } from "#store/registry-index-store.ts";
import type { DueVersion, ListedVersion, LoggedFacts } from "#store/registry-version-store.ts";

export function modelRow(model: MlflowModel): ModelFacts {
  const latest = newestVersion(model.latest_versions);
  return {
    name: model.name,
    description: storable(model.description),
    tags: storableTexts(withoutSystemTags(model.tags)),
    createdMs: model.creation_timestamp,
    updatedMs: model.last_updated_timestamp ?? model.creation_timestamp,
    latestVersion: latest === null ? null : Number(latest),
    aliases: model.aliases.map(({ alias, version }) => ({ alias, number: Number(version) })),
  };
}

export function versionRow(version: MlflowVersion): ListedVersion {
  return {
    number: Number(version.version),
    createdMs: version.creation_timestamp,
    status: version.status,
    description: storable(version.description),
    fingerprint: fingerprintOf(version),
    ...originIdsOf(version),
    tags: storableTexts(withoutSystemTags(version.tags)),
  };
}

export function factsRow({ number, fingerprint }: DueVersion, origin: Origin): LoggedFacts {
  const { params, metrics } = factsOf(origin);
  return {
    number,
    fingerprint,
    params: storableTexts(params),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([key, value]) => [storable(key), numberOf(value)]),
    ),
    changing: isChanging(origin),
  };
}

function numberOf(value: MetricValue): number {
  return typeof value === "number" ? value : Number(value);
}

function storableTexts(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [storable(key), storable(value)]));
}
