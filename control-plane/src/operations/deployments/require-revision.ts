/** Finds a revision of a deployment, or says that there is none. */
import { AppError } from "@slipway/contracts/errors";
import type { DeploymentId } from "@slipway/contracts/ids";
import type { RevisionRecord } from "#domain/deployment.ts";
import type { Queryable } from "#store/database.ts";
import { findRevision } from "#store/deployment-store.ts";

/** @throws AppError `revision_not_found`. */
export async function requireRevision(
  database: Queryable,
  id: DeploymentId,
  number: number,
): Promise<RevisionRecord> {
  const revision = await findRevision(database, id, number);
  if (revision) return revision;
  throw new AppError(
    "revision_not_found",
    `The deployment '${id}' has no revision ${number}. Its history shows which there are.`,
  );
}
