/** The registry views of a group: what MLflow has, joined with what serves it. */

import type {
  ModelVersionDetail,
  RegisteredModelDetail,
  RegistryColumns,
  registeredModelListSchema,
  registryVersionListSchema,
} from "@slipway/contracts/api/model";
import type { Problem } from "@slipway/contracts/errors";
import type { z } from "zod";
import { isSameMlflow } from "#domain/mlflow.ts";
import type { Principal } from "#domain/principal.ts";
import { type DeployedVersion, deployedBy } from "#operations/deployments/deployed-by.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { RegistryBinding } from "#registry/binding.ts";
import type { Freshness } from "#registry/freshness.ts";
import { benchmarksOfGroup, benchmarksOfModel } from "#store/benchmark-store.ts";
import { favouritesOf } from "#store/favourite-store.ts";
import { createVersionViews, figuresOf, type VersionViews } from "./version-views.ts";

const PAGE_SIZE = 100;

export interface Scope {
  binding: RegistryBinding;
  /** What the group's deployments run from this very MLflow. */
  deployed: DeployedVersion[];
}

export async function listModels(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { allowStale, ...query }: Stale & { search?: string | undefined; orderBy?: string | undefined },
): Promise<z.infer<typeof registeredModelListSchema>> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const { models, index, ...freshness } = await ports.registry.listModels(binding, query);
  const favourites = await favouritesOf(ports.database, { userId: principal.userId, groupName: group });
  return {
    ...presentFreshness(freshness, allowStale),
    items: models.map((model) => ({
      ...model,
      deployedBy: deployed.filter(({ modelName }) => modelName === model.name).map(ofModel),
      favourite: favourites.has(model.name),
    })),
    uiUrl: ports.registry.uiUrl(binding),
    index,
  };
}

export async function getModel(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, allowStale }: Stale & { name: string },
): Promise<RegisteredModelDetail> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const { asOf, unreachable, ...model } = await ports.registry.getModel(binding, name);
  const freshness = presentFreshness({ asOf, unreachable }, allowStale);
  const favourites = await favouritesOf(ports.database, { userId: principal.userId, groupName: group });
  return {
    ...model,
    ...freshness,
    deployedBy: deployed.filter(({ modelName }) => modelName === name).map(ofModel),
    favourite: favourites.has(name),
  };
}

/** What can be a column of a table over all models' versions. */
export async function listColumns(
  ports: OperationPorts,
  principal: Principal,
  group: string,
): Promise<RegistryColumns> {
  await requireGroup(ports, principal, group, "view");
  return ports.registry.columns(openBinding(await requireBinding(ports, group), ports.sealingKey));
}

/** Whether a list as it was will do, while MLflow does not answer. */
interface Stale {
  allowStale: boolean;
}

/** @throws AppError `mlflow_unreachable` where it does not do. */
export function presentFreshness(
  { asOf, unreachable }: Freshness,
  allowStale: boolean,
): { asOf: string; problem: Problem | null } {
  if (unreachable !== null && !allowStale) throw unreachable;
  return { asOf, problem: unreachable?.toProblem() ?? null };
}

export interface VersionsQuery extends Stale {
  columns: string[];
  orderBy?: string | undefined;
  filter?: string | undefined;
  pageSize?: number | undefined;
  pageToken?: string | undefined;
  /** Of each model only the version that stands first. */
  firstOfEach?: boolean;
}

/** The versions of a model, or with null of all. */
export async function listVersions(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, allowStale, ...query }: VersionsQuery & { name: string | null },
): Promise<z.infer<typeof registryVersionListSchema>> {
  const { binding, views } = await openVersionScope(ports, principal, group);
  const { asOf, unreachable, items, ...page } = await ports.registry.listVersions(binding, name, {
    ...{ ...query, context: views.context, pageSize: query.pageSize ?? PAGE_SIZE },
  });
  return {
    ...{ ...page, ...presentFreshness({ asOf, unreachable }, allowStale) },
    items: items.map((version) => views.show(version, query.columns)),
  };
}

export async function getVersion(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, version }: { name: string; version: string },
): Promise<ModelVersionDetail> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const outcomes = await benchmarksOfModel(ports.database, group, name);
  const detail = await ports.registry.getVersion(binding, name, version, (number, fingerprint) =>
    figuresOf(outcomes.get(number) ?? null, fingerprint),
  );
  return { ...detail, deployedBy: ofVersion(deployed, name, version) };
}

/** The group's MLflow, for those who may see it. @throws AppError as `requireGroup` and `requireBinding` do. */
async function openScope(ports: OperationPorts, principal: Principal, group: string): Promise<Scope> {
  await requireGroup(ports, principal, group, "view");
  const [record, all] = await Promise.all([requireBinding(ports, group), deployedBy(ports, group)]);
  const deployed = all.filter((version) => isSameMlflow(version, record));
  return { binding: openBinding(record, ports.sealingKey), deployed };
}

/** The same, for lists of versions. */
export async function openVersionScope(
  ports: OperationPorts,
  principal: Principal,
  group: string,
): Promise<{ binding: RegistryBinding; views: VersionViews }> {
  const [{ binding, deployed }, outcomes] = await Promise.all([
    openScope(ports, principal, group),
    benchmarksOfGroup(ports.database, group),
  ]);
  return { binding, views: createVersionViews(deployed, outcomes) };
}

function ofModel({ id, name, status, modelVersion }: DeployedVersion) {
  return { id, name, status, version: modelVersion };
}

function ofVersion(deployed: DeployedVersion[], modelName: string, version: string) {
  return deployed
    .filter((candidate) => candidate.modelName === modelName && candidate.modelVersion === version)
    .map(({ id, name, status }) => ({ id, name, status }));
}
