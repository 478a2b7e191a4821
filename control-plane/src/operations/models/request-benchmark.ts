/** Benchmark: a version is measured on this machine, with its own input example. */
import { randomUUID } from "node:crypto";
import type { Benchmark, BenchmarkRequest, BenchmarkTerms } from "@slipway/contracts/api/benchmark";
import { effectiveBatching } from "#domain/batching.ts";
import { type BenchmarkRequestRecord, isUnfinished, viewBenchmark } from "#domain/benchmark.ts";
import type { Principal } from "#domain/principal.ts";
import { resolveVersion } from "#operations/deployments/resolve-model.ts";
import { resourcesOf } from "#operations/deployments/spec.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { findBenchmark, saveBenchmarkRequest } from "#store/benchmark-store.ts";
import { announce } from "#store/change-feed.ts";

/**
 * Asks for a measurement; the data plane runs one after another. One that is asked for on the same terms while it waits or runs
 * goes on; on other terms it is given up for the new one.
 * @throws AppError what `resolveVersion` throws, `invalid_request` for an unknown instance type.
 */
export async function requestBenchmark(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { name, version, request }: { name: string; version: string; request: BenchmarkRequest },
): Promise<Benchmark> {
  await requireGroup(ports, principal, group, "deploy");
  const found = await resolveVersion(ports, group, { name, version });
  return ports.database.transaction(async (transaction) => {
    const { instanceType, ...resources } = await resourcesOf(transaction, request.instanceType);
    const { batching } = request;
    const terms: BenchmarkTerms = { instanceType, ...resources, batching };
    const key = { groupName: group, modelName: found.modelName, version: found.modelVersion };
    const known = await findBenchmark(transaction, key);
    const { fingerprint } = found;
    if (
      known !== undefined &&
      isUnfinished(known.request, known.outcome) &&
      asks(known.request, { fingerprint, terms })
    ) {
      return viewBenchmark(known.request, known.outcome, fingerprint);
    }
    const id = randomUUID();
    const { trackingUri, workspace, sealedVariables: variables, batchingTag } = found;
    const row: BenchmarkRequestRecord = {
      ...{ ...key, id, fingerprint, terms },
      requestedAt: ports.now(),
      requestedBy: principal.username,
      assignment: {
        id,
        model: { trackingUri, workspace, variables, name: key.modelName, version: key.version, fingerprint },
        resources,
        batching: effectiveBatching({ batching, batchingTag }),
      },
    };
    await saveBenchmarkRequest(transaction, row);
    await announce(transaction, { kind: "benchmark", group, model: key.modelName, version: key.version });
    return viewBenchmark(row, known?.outcome ?? null, fingerprint);
  });
}

function asks(
  known: BenchmarkRequestRecord,
  { fingerprint, terms }: Pick<BenchmarkRequestRecord, "fingerprint" | "terms">,
): boolean {
  const { instanceType, cpuThreads, memoryBytes, batching } = known.terms;
  const { mode, requestsMax, delayMsMax } = batching;
  return (
    known.fingerprint === fingerprint &&
    instanceType === terms.instanceType &&
    cpuThreads === terms.cpuThreads &&
    memoryBytes === terms.memoryBytes &&
    mode === terms.batching.mode &&
    requestsMax === terms.batching.requestsMax &&
    delayMsMax === terms.batching.delayMsMax
  );
}
