/** Who changed what in a group's MLflow through Slipway, newest first. */
import type { AuditEntry } from "@slipway/contracts/api/audit";
import type { Principal } from "#domain/principal.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import { type Page, type PageQuery, readPage } from "#operations/pages.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { listAudit } from "#store/audit-store.ts";

/** @throws AppError `group_not_found`, `invalid_request`. */
export async function readAudit(
  ports: OperationPorts,
  principal: Principal,
  group: string,
  { model, ...page }: PageQuery & { model?: string | undefined },
): Promise<Page<AuditEntry>> {
  await requireGroup(ports, principal, group, "view");
  const { rows, nextPageToken } = await readPage(page, {
    read: (range) => listAudit(ports.database, group, { model, ...range }),
    placeOf: ({ sequence }) => sequence,
  });
  const items = rows.map(({ sequence, at, actor, action, modelName, version, key, before, after }) => ({
    ...{ id: String(sequence), at: at.toISOString(), actor, action, model: modelName, version, key },
    ...{ before, after },
  }));
  return { items, ...nextPageToken };
}
