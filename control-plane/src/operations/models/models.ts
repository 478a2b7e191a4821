/** The registry views of a group: what MLflow has, joined with what serves it. */

import { benchmarkColumns } from "@slipway/contracts/api/benchmark";
import type {
  ModelVersionDetail,
  modelVersionListSchema,
  RegisteredModelDetail,
  registeredModelListSchema,
} from "@slipway/contracts/api/model";
import type { z } from "zod";
import { measuredOf } from "#domain/benchmark.ts";
import { isSameMlflow } from "#domain/mlflow.ts";
import type { Principal } from "#domain/principal.ts";
import { type DeployedVersion, deployedBy } from "#operations/deployments/deployed-by.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { RegistryBinding } from "#registry/binding.ts";
import { benchmarksOfModel } from "#store/benchmark-store.ts";

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
  query: { search?: string | undefined; orderBy?: string | undefined },
): Promise<z.infer<typeof registeredModelListSchema>> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const models = await ports.registry.listModels(binding, query);
  return {
    items: models.map((model) => ({
      ...model,
      deployedBy: deployed.filter(({ modelName }) => modelName === model.name).map(ofModel),
    })),
    uiUrl: ports.registry.uiUrl(binding),
  };
}

export async function getModel(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  name: string,
): Promise<RegisteredModelDetail> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const model = await ports.registry.getModel(binding, name);
  return { ...model, deployedBy: deployed.filter(({ modelName }) => modelName === name).map(ofModel) };
}

export interface VersionsQuery {
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
  return ports.registry.listVersions(binding, name, {
    ...query,
    benchmark: await measurementsOf(ports, group, name),
    pageSize: query.pageSize ?? PAGE_SIZE,
    deployedBy: (version) => ofVersion(deployed, name, version),
  });
}

export async function getVersion(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, version }: { name: string; version: string },
): Promise<ModelVersionDetail> {
  const { binding, deployed } = await openScope(ports, principal, group);
  const measurements = await measurementsOf(ports, group, name);
  const detail = await ports.registry.getVersion(binding, name, version, measurements);
  return { ...detail, deployedBy: ofVersion(deployed, name, version) };
}

async function openScope(ports: OperationPorts, principal: Principal, group: string): Promise<Scope> {
  await requireGroup(ports, principal, group, "view");
  const record = await requireBinding(ports, group);
  const deployed = (await deployedBy(ports, group)).filter((version) => isSameMlflow(version, record));
  return { binding: openBinding(record, ports.sealingKey), deployed };
}

/** The newest figures of a model's versions, as columns. */
async function measurementsOf({ database }: OperationPorts, group: string, modelName: string) {
  const outcomes = await benchmarksOfModel(database, group, modelName);
  return (version: string, fingerprint: string): Record<string, number> => {
    const measured = measuredOf(outcomes.get(version) ?? null, fingerprint);
    return measured === null ? {} : benchmarkColumns(measured.figures);
  };
}

function ofModel({ id, name, status, modelVersion }: DeployedVersion) {
  return { id, name, status, version: modelVersion };
}

function ofVersion(deployed: DeployedVersion[], modelName: string, version: string) {
  return deployed
    .filter((candidate) => candidate.modelName === modelName && candidate.modelVersion === version)
    .map(({ id, name, status }) => ({ id, name, status }));
}
