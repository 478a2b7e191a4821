/** The history of a deployment, newest first, in pages: revisions, rollouts, events. */
import type { DeploymentEvent, Revision, revisionsQuerySchema } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { z } from "zod";
import type { RevisionRecord } from "#domain/deployment.ts";
import type { Principal } from "#domain/principal.ts";
import { type Page, type PageQuery, readPage } from "#operations/pages.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { findRevisions, listRevisions } from "#store/deployment-store.ts";
import { listEvents } from "#store/event-store.ts";
import { environmentHashes, listRollouts } from "#store/rollout-store.ts";
import { countsOf, sharesAt } from "#store/traffic-store.ts";
import { presentRevision } from "./present-revision.ts";
import { presentRollout } from "./present-rollout.ts";
import { type DeploymentPath, requireDeployment } from "./require-deployment.ts";

/** With `at`, only those that served then, each with its share of the requests. @throws AppError `invalid_request`. */
export async function listDeploymentRevisions(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  { at, ...page }: z.infer<typeof revisionsQuerySchema> & PageQuery = {},
): Promise<Page<Revision>> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  if (at !== undefined) return { items: await revisionsAt(ports, id, new Date(at)) };
  const { rows, nextPageToken } = await readPage(page, {
    read: (range) => listRevisions(ports.database, id, range),
    placeOf: ({ number }) => number,
  });
  return { items: await presentRevisions(ports, id, rows), ...nextPageToken };
}

async function revisionsAt(ports: OperationPorts, id: DeploymentId, at: Date): Promise<Revision[]> {
  const shares = (await sharesAt(ports.database, id, at)).filter(({ weight }) => weight > 0);
  const records = await findRevisions(
    ports.database,
    shares.map(({ revision }) => ({ id, number: revision })),
  );
  const weights = new Map(shares.map(({ revision, weight }) => [revision, weight]));
  const revisions = await presentRevisions(ports, id, [...records.values()]);
  return revisions
    .map((revision) => ({ ...revision, weight: weights.get(revision.number) ?? 0 }))
    .sort((a, b) => b.number - a.number);
}

async function presentRevisions(
  { database, sealingKey }: OperationPorts,
  id: DeploymentId,
  records: RevisionRecord[],
): Promise<Revision[]> {
  const hashes = await environmentHashes(database, id);
  return records.map((record) =>
    presentRevision(record, { environmentHash: hashes.get(record.number) ?? null, sealingKey }),
  );
}

/** Each with its receipt. @throws AppError `invalid_request`. */
export async function listDeploymentRollouts(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  page: PageQuery = {},
): Promise<Page<Rollout>> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  const { rows, nextPageToken } = await readPage(page, {
    read: (range) => listRollouts(ports.database, id, range),
    placeOf: ({ generation }) => generation,
  });
  const [records, counts] = await Promise.all([
    findRevisions(
      ports.database,
      rows.flatMap(({ revision, fromRevision }) => [
        { id, number: revision },
        { id, number: fromRevision },
      ]),
    ),
    countsOf(
      ports.database,
      id,
      rows.map(({ generation }) => generation),
    ),
  ]);
  const presented = await presentRevisions(ports, id, [...records.values()]);
  const revisions = new Map(presented.map((revision) => [revision.number, revision]));
  const items = rows.map((rollout) =>
    presentRollout(rollout, { revisions, counts: counts.get(rollout.generation) ?? [] }),
  );
  return { items, ...nextPageToken };
}

/** One timeline of what people and the system did. @throws AppError `invalid_request`. */
export async function listDeploymentEvents(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  page: PageQuery = {},
): Promise<Page<DeploymentEvent>> {
  const { id } = await requireDeployment(ports, principal, path, "view");
  const { rows, nextPageToken } = await readPage(page, {
    read: (range) => listEvents(ports.database, id, range),
    placeOf: ({ sequence }) => sequence,
  });
  const items = rows.map(({ sequence, at, actor, kind, message, revision }) => ({
    id: String(sequence),
    at: at.toISOString(),
    actor,
    kind,
    message,
    revision,
  }));
  return { items, ...nextPageToken };
}
