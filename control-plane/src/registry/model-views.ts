/** Registered models as Slipway shows them. */
import type { RegisteredModel, RegisteredModelDetail } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import type { RegistryBinding } from "./binding.ts";
import { compareValues } from "./columns.ts";
import { factsOf, type Origin } from "./facts.ts";
import { modelUrl } from "./links.ts";
import type { MlflowModel, MlflowVersion } from "./mlflow-answers.ts";

/** A registered model; `deployedBy` is the caller's to fill. */
export function toModel(binding: RegistryBinding, model: MlflowModel): RegisteredModel {
  return {
    name: model.name,
    description: model.description,
    latestVersion: newestVersion(model.latest_versions),
    createdAt: toTime(model.creation_timestamp),
    updatedAt: toTime(model.last_updated_timestamp ?? model.creation_timestamp),
    aliases: model.aliases,
    tags: withoutSystemTags(model.tags),
    deployedBy: [],
    url: modelUrl(binding, model.name),
  };
}

/** A registered model with what its versions have in common. */
export function toModelDetail(
  binding: RegistryBinding,
  model: MlflowModel,
  { versions, origins }: { versions: MlflowVersion[]; origins: Map<string, Origin> },
): RegisteredModelDetail {
  const params = new Set<string>();
  const metrics = new Set<string>();
  const tags = new Set<string>();
  for (const version of versions) {
    const facts = factsOf(origins.get(version.version) ?? { run: null, loggedModel: null });
    for (const key of Object.keys(facts.params)) params.add(key);
    for (const key of Object.keys(facts.metrics)) metrics.add(key);
    for (const key of Object.keys(withoutSystemTags(version.tags))) tags.add(key);
  }
  return {
    ...toModel(binding, model),
    latestVersion: newestVersion(versions),
    versionCount: versions.length,
    columns: { params: [...params].sort(), metrics: [...metrics].sort(), tags: [...tags].sort() },
  };
}

/** Keeps what the search text is found in: name, description or alias, whatever the case. */
export function searchModels(models: RegisteredModel[], search: string | undefined): RegisteredModel[] {
  const wanted = search?.trim().toLowerCase() ?? "";
  if (wanted === "") return models;
  return models.filter(({ name, description, aliases }) =>
    [name, description, ...aliases.map(({ alias }) => `@${alias}`)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
}

const SORT_KEYS = ["name", "latestVersion", "createdAt", "updatedAt", "description"] as const;

/** Sorts by `name`, `updatedAt desc` and the like; models without a value come last. */
export function sortModels(models: RegisteredModel[], orderBy: string | undefined): RegisteredModel[] {
  const [field, direction = "asc", ...rest] = (orderBy?.trim() || "name").split(/\s+/);
  const key = SORT_KEYS.find((name) => name === field);
  if (key === undefined || rest.length > 0 || !/^(?:asc|desc)$/i.test(direction)) {
    const message = `Models cannot be ordered by '${orderBy}'. Write one of ${SORT_KEYS.join(", ")}, with asc or desc.`;
    throw new AppError("invalid_request", message, { details: { errors: [{ field: "orderBy", message }] } });
  }
  const sign = direction.toLowerCase() === "desc" ? -1 : 1;
  const sortValueOf = (model: RegisteredModel) => {
    const value = model[key];
    return value === null || value === "" ? null : key === "latestVersion" ? Number(value) : value;
  };
  return models
    .map((model) => ({ model, value: sortValueOf(model) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        return a.value === b.value ? compareValues(a.model.name, b.model.name) : a.value === null ? 1 : -1;
      }
      return sign * compareValues(a.value, b.value) || compareValues(a.model.name, b.model.name);
    })
    .map(({ model }) => model);
}

/** MLflow's times are milliseconds since 1970. */
export function toTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), 253_402_300_799_999)).toISOString();
}

/** Leaves out the tags that MLflow sets for itself. */
export function withoutSystemTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("mlflow.")));
}

function newestVersion(versions: { version: string }[]): string | null {
  const newest = versions.reduce((highest, { version }) => Math.max(highest, Number(version)), 0);
  return newest === 0 ? null : String(newest);
}
