/** Whether a version can be deployed, found out in seconds and without starting anything. */
import type { Preflight } from "@slipway/contracts/api/preflight";
import { ENVIRONMENT_CHECK_MS_MAX, REQUIREMENTS_LENGTH_MAX } from "@slipway/contracts/environment-check";
import { AppError } from "@slipway/contracts/errors";
import { measuredOf } from "#domain/benchmark.ts";
import { judgePreflight } from "#domain/preflight.ts";
import type { EnvironmentOutcome } from "#domain/preflight-environment.ts";
import type { Principal } from "#domain/principal.ts";
import type { VersionFacts } from "#domain/version-facts.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { findBenchmark } from "#store/benchmark-store.ts";
import { listInstanceTypes } from "#store/instance-type-store.ts";

/** All of it together takes no longer than this; the promise is 5 s. */
const WHOLE_MS_MAX = 4_600;
const MLFLOW_MS_MAX = 2_500;

export interface PreflightWanted {
  name: string;
  version: string;
  /** That of the default instance type where it is absent. */
  memoryBytes?: number | undefined;
}

/**
 * Reads what the version's files say, asks the data plane whether their environment could be made, and judges both.
 * @throws AppError `group_not_found`, `mlflow_not_configured`, `mlflow_unreachable`, `model_not_found`, `model_version_not_found`.
 */
export async function getPreflight(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, version: number, memoryBytes }: PreflightWanted,
): Promise<Preflight> {
  const startedAt = performance.now();
  await requireGroup(ports, principal, group, "view");
  const binding = openBinding(await requireBinding(ports, group), ports.sealingKey);
  const version = await ports.registry.versionFacts(binding, { name, version: number }, MLFLOW_MS_MAX);
  const leftMs = WHOLE_MS_MAX - (performance.now() - startedAt);
  const [environment, memory] = await Promise.all([
    askDataPlane(ports, version, Math.ceil(Math.min(ENVIRONMENT_CHECK_MS_MAX, leftMs))),
    memoryOf(ports, group, { version, memoryBytes }),
  ]);
  return {
    ...judgePreflight({ version, environment, memory }),
    checkedAt: ports.now().toISOString(),
    tookMs: Math.round(performance.now() - startedAt),
  };
}

/** Nothing is asked where there is nothing to ask for. */
async function askDataPlane(
  { runtime }: OperationPorts,
  { requirements, constraints, pythonVersion, mlmodel }: VersionFacts,
  timeoutMs: number,
): Promise<EnvironmentOutcome> {
  if (requirements.state === "unreadable" || mlmodel.state === "missing") return null;
  const text = requirements.state === "read" ? requirements.content.text : "";
  const mlflowVersion = mlmodel.state === "read" ? mlmodel.content.mlflowVersion : null;
  if (text.length > REQUIREMENTS_LENGTH_MAX)
    return { problem: "The requirements are too long to be checked." };
  try {
    const check = await runtime.checkEnvironment({
      ...{ requirements: text, constraints, mlflowVersion, pythonVersion, timeoutMs },
    });
    return { check };
  } catch (error) {
    if (error instanceof AppError && error.code === "data_plane_unreachable")
      return { problem: error.message };
    throw error;
  }
}

async function memoryOf(
  { database }: OperationPorts,
  groupName: string,
  { version, memoryBytes }: { version: VersionFacts; memoryBytes: number | undefined },
) {
  const [types, benchmark] = await Promise.all([
    listInstanceTypes(database),
    findBenchmark(database, { groupName, modelName: version.name, version: version.version }),
  ]);
  const [smallest] = types;
  const standard = types.find(({ isDefault }) => isDefault) ?? smallest;
  const measured = measuredOf(benchmark?.outcome ?? null, version.fingerprint);
  return {
    limitBytes: memoryBytes ?? standard?.memoryBytes ?? 0,
    measuredBytes: measured?.figures.memoryBytes ?? null,
  };
}
