/** Changes that people make in a group's MLflow: who may, what they are based on, and the entry that each leaves behind. */
import type { AuditAction } from "@slipway/contracts/api/audit";
import { AppError } from "@slipway/contracts/errors";
import type { GroupAction } from "#domain/policy.ts";
import type { Principal } from "#domain/principal.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { EditTarget } from "#registry/mlflow-writes.ts";
import type { RegistryEdits } from "#registry/registry-edits.ts";
import { appendAudit } from "#store/audit-store.ts";
import type { BindingRecord } from "#store/group-store.ts";

/** A registry that is open for one caller's changes. */
export interface OpenRegistry {
  actor: string;
  binding: BindingRecord;
  edits: RegistryEdits;
}

/** @throws AppError `group_not_found`, `forbidden`, `mlflow_not_configured`. */
export async function openRegistry(
  ports: OperationPorts,
  principal: Principal,
  { group, action }: { group: string; action: GroupAction },
): Promise<OpenRegistry> {
  await requireGroup(ports, principal, group, action);
  const binding = await requireBinding(ports, group);
  const edits = ports.registry.edits(openBinding(binding, ports.sealingKey));
  return { actor: principal.username, binding, edits };
}

/** A change and what it is called in the audit. */
export interface RegistryChange {
  target: EditTarget;
  action: AuditAction;
  key: string | null;
  before: string | null;
  after: string | null;
}

/** Writes that a change was made. It comes after MLflow's answer, so that no entry tells of what MLflow has refused. */
export async function recordChange(
  { database, now }: OperationPorts,
  { actor, binding }: OpenRegistry,
  { target, ...change }: RegistryChange,
): Promise<void> {
  await appendAudit(database, {
    ...{ groupName: binding.groupName, at: now(), actor },
    ...{ modelName: target.name, version: target.version },
    ...change,
  });
}

/** A field of which MLflow has another value than the caller believes. */
export interface Difference {
  field: string;
  current: string | null;
}

/** @throws AppError `conflict` with what is there now. */
export function refuseConflict(differences: Difference[]): void {
  if (differences.length === 0) return;
  const errors = differences.map(({ field, current }) => ({
    field,
    current,
    message: current === null ? "MLflow has none now." : "MLflow has another value now.",
  }));
  const fields = differences.map(({ field }) => field).join(", ");
  throw new AppError(
    "conflict",
    `Somebody has changed this in MLflow meanwhile (${fields}); nothing was written. Look at what is there now, then send the change again with it as 'expected'.`,
    { details: { errors } },
  );
}
