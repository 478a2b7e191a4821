/** From a model URI to what a revision needs to know of the version behind it. */
import { type ModelReference, parseModelUri } from "@slipway/contracts/model-uri";
import type { RevisionRecord } from "#domain/deployment.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { downloadVariables } from "#store/group-store.ts";

export type ResolvedModel = Pick<
  RevisionRecord,
  | "requestedModelUri"
  | "modelName"
  | "modelVersion"
  | "fingerprint"
  | "trackingUri"
  | "workspace"
  | "sealedVariables"
  | "batchingTag"
  | "signature"
  | "example"
  | "resolveMs"
>;

/**
 * Asks the group's MLflow which version the URI means now.
 * @throws AppError `invalid_model_uri`, `mlflow_not_configured`, `mlflow_unreachable`, `model_not_found`, `model_version_not_found`.
 */
export async function resolveModel(
  ports: OperationPorts,
  group: string,
  modelUri: string,
): Promise<ResolvedModel> {
  const reference = parseModelUri(modelUri);
  return { requestedModelUri: modelUri.trim(), ...(await resolveVersion(ports, group, reference)) };
}

/** As {@link resolveModel}, for what is no text. */
export async function resolveVersion(
  ports: OperationPorts,
  group: string,
  reference: ModelReference,
): Promise<Omit<ResolvedModel, "requestedModelUri">> {
  const record = await requireBinding(ports, group);
  const begun = ports.now().getTime();
  const found = await ports.registry.resolve(openBinding(record, ports.sealingKey), reference);
  return {
    modelName: found.name,
    modelVersion: found.version,
    fingerprint: found.fingerprint,
    trackingUri: record.trackingUri,
    workspace: record.workspace,
    sealedVariables: downloadVariables(record),
    batchingTag: found.batchingTag,
    signature: found.signature,
    example: found.inputExample,
    resolveMs: ports.now().getTime() - begun,
  };
}
