/** The registry views of a group: what MLflow has, joined with what serves it. */

import { benchmarkColumns } from "@slipway/contracts/api/benchmark";
import type {
  ModelVersionDetail,
  modelVersionListSchema,
  RegisteredModelDetail,
  registeredModelListSchema,
  registryVersionListSchema,
} from "@slipway/contracts/api/model";
import type { Problem } from "@slipway/contracts/errors";
import type { z } from "zod";
import { type BenchmarkOutcome, measuredOf } from "#domain/benchmark.ts";
import { isSameMlflow } from "#domain/mlflow.ts";
import type { Principal } from "#domain/principal.ts";
import { type DeployedVersion, deployedBy } from "#operations/deployments/deployed-by.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { RegistryBinding } from "#registry/binding.ts";
import type { Freshness } from "#registry/freshness.ts";
import type { VersionPage, VersionQuery } from "#registry/versions.ts";
import { benchmarksOfGroup, benchmarksOfModel } from "#store/benchmark-store.ts";
import type { VersionContext } from "#store/version-places.ts";

const PAGE_SIZE = 100;

interface Scope {
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
  return {
    ...presentFreshness(freshness, allowStale),
    items: models.map((model) => ({
      ...model,
      deployedBy: deployed.filter(({ modelName }) => modelName === model.name).map(ofModel),
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
  return {
    ...model,
    ...freshness,
    deployedBy: deployed.filter(({ modelName }) => modelName === name).map(ofModel),
  };
}

/** Whether a list as it was will do, while MLflow does not answer. */
interface Stale {
  allowStale: boolean;
}

/** @throws AppError `mlflow_unreachable` where it does not do. */
function presentFreshness(
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
}

export async function listVersions(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, ...query }: VersionsQuery & { name: string },
): Promise<z.infer<typeof modelVersionListSchema>> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const outcomes = await benchmarksOfModel(ports.database, group, name);
  return presentPage(
    await ports.registry.listVersions(binding, name, versionQuery(deployed, [...outcomes.values()], query)),
    query.allowStale,
  );
}

/** The versions of all models; with `firstOfEach` of each model the one that stands first. */
export async function listAllVersions(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { firstOfEach, ...query }: VersionsQuery & { firstOfEach: boolean },
): Promise<z.infer<typeof registryVersionListSchema>> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const outcomes = await benchmarksOfGroup(ports.database, group);
  return presentPage(
    await ports.registry.listAllVersions(binding, {
      ...versionQuery(deployed, outcomes, query),
      firstOfEach,
    }),
    query.allowStale,
  );
}

function presentPage({ asOf, unreachable, ...page }: VersionPage, allowStale: boolean) {
  return { ...page, ...presentFreshness({ asOf, unreachable }, allowStale) };
}

function versionQuery(
  deployed: DeployedVersion[],
  outcomes: BenchmarkOutcome[],
  query: VersionsQuery,
): VersionQuery {
  const known = new Map(outcomes.map((outcome) => [versionKey(outcome.modelName, outcome.version), outcome]));
  return {
    ...query,
    context: contextOf(deployed, outcomes),
    deployedBy: (name, version) => ofVersion(deployed, name, version),
    benchmark: (name, version, fingerprint) =>
      columnsOf(known.get(versionKey(name, version)) ?? null, fingerprint),
    pageSize: query.pageSize ?? PAGE_SIZE,
  };
}

function versionKey(modelName: string, version: string): string {
  return JSON.stringify([modelName, version]);
}

/** What one can sort and filter by, though the registry does not know it. */
function contextOf(deployed: DeployedVersion[], outcomes: BenchmarkOutcome[]): VersionContext {
  const byVersion = Map.groupBy(deployed, ({ modelName, modelVersion }) =>
    versionKey(modelName, modelVersion),
  );
  return {
    deployed: [...byVersion.values()].flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const { modelName, modelVersion } = first;
      return { modelName, number: Number(modelVersion), names: same.map(({ name }) => name) };
    }),
    measured: outcomes.flatMap(({ modelName, version, measured }) => {
      if (measured === null) return [];
      const { fingerprint, figures } = measured;
      return { modelName, number: Number(version), fingerprint, figures: benchmarkColumns(figures) };
    }),
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
    columnsOf(outcomes.get(number) ?? null, fingerprint),
  );
  return { ...detail, deployedBy: ofVersion(deployed, name, version) };
}

async function openScope(ports: OperationPorts, principal: Principal, group: string): Promise<Scope> {
  await requireGroup(ports, principal, group, "view");
  const record = await requireBinding(ports, group);
  const deployed = (await deployedBy(ports, group)).filter((version) => isSameMlflow(version, record));
  return { binding: openBinding(record, ports.sealingKey), deployed };
}

/** The newest figures of just this version, as columns. */
function columnsOf(outcome: BenchmarkOutcome | null, fingerprint: string): Record<string, number> {
  const measured = measuredOf(outcome, fingerprint);
  return measured === null ? {} : benchmarkColumns(measured.figures);
}

function ofModel({ id, name, status, modelVersion }: DeployedVersion) {
  return { id, name, status, version: modelVersion };
}

function ofVersion(deployed: DeployedVersion[], modelName: string, version: string) {
  return deployed
    .filter((candidate) => candidate.modelName === modelName && candidate.modelVersion === version)
    .map(({ id, name, status }) => ({ id, name, status }));
}
