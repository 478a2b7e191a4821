/** A group's MLflow binding: stored with sealed secrets, shown without them, opened only to call MLflow. */
import type { MlflowBinding, MlflowBindingRequest, Variable } from "@slipway/contracts/api/mlflow-binding";
import type { SealedVariable } from "@slipway/contracts/assignment";
import { AppError } from "@slipway/contracts/errors";
import { seal, unseal } from "@slipway/contracts/sealed";
import type { OperationPorts } from "#operations/ports.ts";
import type { RegistryBinding } from "#registry/binding.ts";
import { type BindingRecord, findBinding } from "#store/group-store.ts";
import type { StoredVariable } from "#store/schema.ts";

/** @throws AppError `mlflow_not_configured`. */
export async function requireBinding(
  { database }: Pick<OperationPorts, "database">,
  group: string,
): Promise<BindingRecord> {
  const record = await findBinding(database, group);
  if (record) return record;
  throw new AppError(
    "mlflow_not_configured",
    `The group '${group}' is not bound to an MLflow yet. Enter its tracking URI under Settings → MLflow.`,
  );
}

/** Opens a stored binding for calls to MLflow. */
export function openBinding(
  record: Pick<BindingRecord, "groupName" | "trackingUri" | "uiUri" | "workspace"> & {
    trackingVariables: SealedVariable[];
  },
  sealingKey: Buffer,
): RegistryBinding {
  return {
    group: record.groupName,
    trackingUri: record.trackingUri,
    uiUri: record.uiUri,
    workspace: record.workspace,
    variables: Object.fromEntries(
      record.trackingVariables.map((variable) => [variable.name, open(variable, sealingKey)]),
    ),
  };
}

/** Shows a binding; secret values stay behind. */
export function presentBinding(
  record: BindingRecord,
  { sealingKey, writeBackProblem }: Pick<OperationPorts, "sealingKey" | "writeBackProblem">,
): MlflowBinding {
  const present = (variable: StoredVariable): Variable =>
    variable.secret
      ? { name: variable.name, secret: true }
      : { name: variable.name, secret: false, value: open(variable, sealingKey) };
  return {
    trackingUri: record.trackingUri,
    uiUri: record.uiUri,
    workspace: record.workspace,
    trackingVariables: record.trackingVariables.map(present),
    artifactVariables: record.artifactVariables.map(present),
    webhook: record.webhookId !== null,
    writeBack: record.writeBack,
    writeBackProblem: writeBackProblem(record.groupName),
    updatedAt: record.updatedAt.toISOString(),
    updatedBy: record.updatedBy,
  };
}

/**
 * Turns a request into a record, sealing what is secret; a secret without a value takes the stored one of the same name.
 * Stored secrets are kept only for the tracking URI that they were entered for, so that they cannot be sent elsewhere.
 * @throws AppError `invalid_request` naming the variable that has no value.
 */
export function toBindingRecord(
  request: MlflowBindingRequest,
  stored: BindingRecord | undefined,
  {
    groupName,
    sealingKey,
    author,
    now,
  }: { groupName: string; sealingKey: Buffer; author: string; now: Date },
): BindingRecord {
  const trackingUri = request.trackingUri.replace(/\/+$/, "");
  const keep = stored?.trackingUri === trackingUri ? stored : undefined;
  const convert = (field: "trackingVariables" | "artifactVariables"): StoredVariable[] =>
    request[field].map((variable, index) => {
      const { name, secret } = variable;
      if (variable.value !== undefined) {
        return { name, secret, sealed: seal(sealingKey, variable.value, context(name)) };
      }
      const kept = keep?.[field].find((candidate) => candidate.name === name && candidate.secret);
      if (kept) return kept;
      throw missingValue(
        `${field}.${index}.value`,
        variable.name,
        stored !== undefined && keep === undefined,
      );
    });
  const workspace = request.workspace ?? null;
  // A webhook belongs to the registry that it was made in.
  const webhook = keep?.workspace === workspace ? keep : undefined;
  return {
    groupName,
    trackingUri,
    uiUri: request.uiUri?.replace(/\/+$/, "") ?? null,
    workspace,
    webhookId: webhook?.webhookId ?? null,
    sealedWebhookKey: webhook?.sealedWebhookKey ?? null,
    trackingVariables: convert("trackingVariables"),
    artifactVariables: convert("artifactVariables"),
    writeBack: request.writeBack ?? stored?.writeBack ?? false,
    updatedAt: now,
    updatedBy: author,
  };
}

function open(variable: SealedVariable, sealingKey: Buffer): string {
  return unseal(sealingKey, variable.sealed, context(variable.name));
}

function context(name: string): string {
  return `variable:${name}`;
}

function missingValue(field: string, name: string, uriChanged: boolean): AppError {
  const why = uriChanged
    ? "the tracking URI has changed, and stored secrets are never sent to another address"
    : "none is stored yet";
  return new AppError("invalid_request", `Enter the value of the secret '${name}': ${why}.`, {
    details: { errors: [{ field, message: "enter the value" }] },
  });
}
