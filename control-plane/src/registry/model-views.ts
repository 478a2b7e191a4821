/** Registered models as Slipway shows them. */
import type { RegisteredModel, RegisteredModelDetail } from "@slipway/contracts/api/model";
import { AppError } from "@slipway/contracts/errors";
import type { RegistryModelRow } from "#store/registry-index-store.ts";
import { presentKeys } from "#store/registry-keys.ts";
import type { RegistryBinding } from "./binding.ts";
import { modelUrl } from "./links.ts";

/** A registered model; `deployedBy` and `favourite` are the caller's to fill. */
export function toModel(binding: RegistryBinding, model: RegistryModelRow): RegisteredModel {
  return {
    name: model.name,
    description: model.description,
    latestVersion: model.latestVersion === null ? null : String(model.latestVersion),
    createdAt: toTime(model.createdMs),
    updatedAt: toTime(model.updatedMs),
    aliases: model.aliases.map(({ alias, number }) => ({ alias, version: String(number) })),
    tags: model.tags,
    deployedBy: [],
    favourite: false,
    url: modelUrl(binding, model.name),
  };
}

/** A registered model with what its versions have in common. */
export function toModelDetail(
  binding: RegistryBinding,
  model: RegistryModelRow,
  versionCount: number,
): Omit<RegisteredModelDetail, "asOf" | "problem"> {
  return {
    ...toModel(binding, model),
    versionCount,
    columns: {
      params: presentKeys(model.paramKeys),
      metrics: presentKeys(model.metricKeys),
      tags: presentKeys(model.tagKeys),
    },
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

/** Numbers before texts; texts by their letters, digits inside them by value. */
function compareValues(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return TEXT.compare(String(a), String(b));
}

const TEXT = new Intl.Collator("en", { numeric: true });

/** The highest number; null of none. */
export function newestVersion(versions: { version: string }[]): string | null {
  const newest = versions.reduce((highest, { version }) => Math.max(highest, Number(version)), 0);
  return newest === 0 ? null : String(newest);
}
