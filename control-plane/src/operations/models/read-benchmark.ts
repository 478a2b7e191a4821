/** What has been measured of a version, and how far a measurement is. */
import type { Benchmark } from "@slipway/contracts/api/benchmark";
import { viewBenchmark } from "#domain/benchmark.ts";
import type { Principal } from "#domain/principal.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { findBenchmark } from "#store/benchmark-store.ts";

/** @throws AppError `group_not_found`, `mlflow_not_configured`, `mlflow_unreachable`, `model_not_found`, `model_version_not_found`. */
export async function getBenchmark(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, version }: { name: string; version: string },
): Promise<Benchmark> {
  await requireGroup(ports, principal, group, "view");
  const binding = openBinding(await requireBinding(ports, group), ports.sealingKey);
  const { fingerprint, ...found } = await ports.registry.identify(binding, name, version);
  const known = await findBenchmark(ports.database, {
    ...{ groupName: group, modelName: found.name, version: found.version },
  });
  return viewBenchmark(known?.request ?? null, known?.outcome ?? null, fingerprint);
}
