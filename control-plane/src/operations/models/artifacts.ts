/** The files of a version: one folder at a time, or one file. */
import { ARTIFACT_VIEW_BYTES_MAX, type ArtifactList } from "@slipway/contracts/api/artifact";
import type { Principal } from "#domain/principal.ts";
import { openBinding, requireBinding } from "#operations/groups/binding.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { OpenFile } from "#registry/mlflow-client.ts";
import { offsetOf, tokenOf } from "#registry/paging.ts";
import type { ArtifactPath } from "#registry/version-artifacts.ts";

const PAGE_SIZE = 1_000;

/** @throws AppError `model_not_found`, `model_version_not_found`, `not_found` for a folder that is not there. */
export async function listArtifacts(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  {
    pageSize = PAGE_SIZE,
    pageToken,
    ...at
  }: ArtifactPath & { pageSize?: number | undefined; pageToken?: string | undefined },
): Promise<ArtifactList> {
  const offset = offsetOf(pageToken);
  const { items, unlisted } = await ports.registry.artifacts.list(await binding(ports, principal, group), at);
  return {
    items: items.slice(offset, offset + pageSize),
    total: items.length,
    unlisted,
    ...tokenOf(offset + pageSize, items.length),
  };
}

/** Opens a whole file, of any size. @throws AppError `not_found`, `invalid_request` for a folder. */
export async function openArtifact(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  at: ArtifactPath,
): Promise<OpenFile> {
  return ports.registry.artifacts.open(await binding(ports, principal, group), at);
}

/** Reads the beginning of a file, as much of it as can be looked at. @throws as {@link openArtifact}. */
export async function viewArtifact(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  at: ArtifactPath,
): Promise<{ content: Buffer; truncated: boolean }> {
  const { body } = await openArtifact(ports, principal, group, at);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Leaving the loop early ends the transfer.
  for await (const chunk of body) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > ARTIFACT_VIEW_BYTES_MAX) break;
  }
  const content = Buffer.concat(chunks);
  return {
    content: content.subarray(0, ARTIFACT_VIEW_BYTES_MAX),
    truncated: content.length > ARTIFACT_VIEW_BYTES_MAX,
  };
}

async function binding(ports: OperationPorts, principal: Principal, group: string) {
  await requireGroup(ports, principal, group, "view");
  return openBinding(await requireBinding(ports, group), ports.sealingKey);
}
