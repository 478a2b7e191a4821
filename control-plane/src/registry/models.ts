/** Registered models out of the index, after a look at MLflow. */
import type { RegisteredModel, RegisteredModelDetail } from "@slipway/contracts/api/model";
import { findRegistryModel, listRegistryModels } from "#store/registry-index-store.ts";
import { countVersions } from "#store/registry-version-store.ts";
import type { RegistryBinding } from "./binding.ts";
import type { Freshness } from "./freshness.ts";
import { searchModels, sortModels, toModel, toModelDetail } from "./model-views.ts";
import { awaitFacts, type GroupReaders, openModel, openModels } from "./versions.ts";

export interface ModelListQuery {
  search?: string | undefined;
  orderBy?: string | undefined;
}

/** All models of a registry, with how far the index has got. */
export interface ModelPage extends Freshness {
  models: RegisteredModel[];
  index: { versions: number; unread: number };
}

export type ModelView = Omit<RegisteredModelDetail, "asOf" | "problem"> & Freshness;

/** @throws AppError `mlflow_unreachable`, `invalid_request`. */
export async function listModels(
  readers: GroupReaders,
  binding: RegistryBinding,
  { search, orderBy }: ModelListQuery,
): Promise<ModelPage> {
  const { database, scope } = readers;
  const freshness = await openModels(readers);
  const [models, index] = await Promise.all([
    listRegistryModels(database, scope),
    countVersions(database, { scope }),
  ]);
  const shown = models.map((model) => toModel(binding, model));
  const found = sortModels(searchModels(shown, search), orderBy);
  return { models: found, index, ...freshness };
}

/** @throws AppError `model_not_found`, `mlflow_unreachable`. */
export async function getModel(
  readers: GroupReaders,
  binding: RegistryBinding,
  name: string,
): Promise<ModelView> {
  const { database, scope } = readers;
  const { model, ...freshness } = await openModel(readers, name);
  await awaitFacts(readers, model.id);
  const [row = model, { versions }] = await Promise.all([
    findRegistryModel(database, scope, name),
    countVersions(database, { modelId: model.id }),
  ]);
  return { ...toModelDetail(binding, row, versions), ...freshness };
}

/** Asks MLflow only about a model that the index does not know. @throws AppError `model_not_found`, `mlflow_unreachable`. */
export async function requireModel({ database, scope, index }: GroupReaders, name: string): Promise<void> {
  if ((await findRegistryModel(database, scope, name)) === undefined) await index.refreshModel(name);
}
