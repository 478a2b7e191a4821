/** Shows, sets, removes and tests a group's MLflow binding. */
import type { MlflowBinding, MlflowBindingRequest, MlflowTest } from "@slipway/contracts/api/mlflow-binding";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { type BindingRecord, deleteBinding, findBinding, saveBinding } from "#store/group-store.ts";
import { openBinding, presentBinding, requireBinding, toBindingRecord } from "./binding.ts";
import { requireGroup } from "./groups.ts";
import { dropWebhook } from "./webhook.ts";

/** @throws AppError `mlflow_not_configured`. */
export async function getMlflowBinding(
  ports: OperationPorts,
  principal: Principal,
  group: string,
): Promise<MlflowBinding> {
  await requireGroup(ports, principal, group, "view");
  return presentBinding(await requireBinding(ports, group), ports);
}

/** Stores the binding; it is not required to work, so that one can prepare it before MLflow runs. */
export async function setMlflowBinding(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  request: MlflowBindingRequest,
): Promise<MlflowBinding> {
  await requireGroup(ports, principal, group, "administer");
  const before = await findBinding(ports.database, group);
  const record = await toRecord(ports, principal, group, request);
  // What the old registry still calls is refused, so that failing to tell it does no harm.
  if (before?.webhookId != null && record.webhookId === null) {
    await dropWebhook(ports, before).catch(() => undefined);
  }
  await saveBinding(ports.database, record);
  ports.registry.forget(group);
  return presentBinding(record, ports);
}

export async function removeMlflowBinding(
  ports: OperationPorts,
  principal: Principal,
  group: string,
): Promise<void> {
  await requireGroup(ports, principal, group, "administer");
  await dropWebhook(ports, await requireBinding(ports, group)).catch(() => undefined);
  await deleteBinding(ports.database, group);
  ports.registry.forget(group);
  await ports.registry.drop(group);
}

/** Calls the MLflow of `request`, else the stored one, and tells what is there or what is wrong. */
export async function testMlflowBinding(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  request: MlflowBindingRequest | null,
): Promise<MlflowTest> {
  await requireGroup(ports, principal, group, request === null ? "view" : "administer");
  if (request === null)
    return ports.registry.testConnection(openBinding(await requireBinding(ports, group), ports.sealingKey));
  const record = await toRecord(ports, principal, group, request);
  return ports.registry.testConnection(openBinding(record, ports.sealingKey));
}

/** The request as a record, with the secrets that it leaves as they are stored. */
async function toRecord(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  request: MlflowBindingRequest,
): Promise<BindingRecord> {
  const stored = await findBinding(ports.database, group);
  return toBindingRecord(request, stored, {
    groupName: group,
    sealingKey: ports.sealingKey,
    author: principal.username,
    now: ports.now(),
  });
}
