/** What aliases mean, as the follower of aliases saw last. Written by it only. */
import type { DeploymentId } from "@slipway/contracts/ids";
import { and, eq, inArray, like, ne } from "drizzle-orm";
import type { AliasFact } from "#domain/alias.ts";
import type { DesiredDeployment, RevisionRecord } from "#domain/deployment.ts";
import type { Queryable } from "./database.ts";
import { aliasFact, deployment, revision } from "./schema.ts";

export async function aliasFactsOf(
  database: Queryable,
  ids: DeploymentId[],
): Promise<Map<DeploymentId, AliasFact>> {
  if (ids.length === 0) return new Map();
  const rows = await database.select().from(aliasFact).where(inArray(aliasFact.deploymentId, ids));
  return new Map(rows.map((row) => [row.deploymentId, row]));
}

/** A deployment whose newest revision may have been asked for by an alias. */
export interface AliasCandidate {
  deployment: Pick<DesiredDeployment, "id" | "groupName" | "name" | "desired">;
  newest: Pick<
    RevisionRecord,
    "requestedModelUri" | "modelName" | "modelVersion" | "aliasPolicy" | "trackingUri" | "workspace"
  >;
  fact: AliasFact | null;
}

/** Names may have an `@` too, so that the caller looks at the URI itself. */
export async function listAliasCandidates(database: Queryable): Promise<AliasCandidate[]> {
  return database
    .select({
      deployment: {
        id: deployment.id,
        groupName: deployment.groupName,
        name: deployment.name,
        desired: deployment.desired,
      },
      newest: {
        requestedModelUri: revision.requestedModelUri,
        modelName: revision.modelName,
        modelVersion: revision.modelVersion,
        aliasPolicy: revision.aliasPolicy,
        trackingUri: revision.trackingUri,
        workspace: revision.workspace,
      },
      fact: aliasFact,
    })
    .from(deployment)
    .innerJoin(
      revision,
      and(eq(revision.deploymentId, deployment.id), eq(revision.number, deployment.latestRevision)),
    )
    .leftJoin(aliasFact, eq(aliasFact.deploymentId, deployment.id))
    .where(and(ne(deployment.desired, "deleted"), like(revision.requestedModelUri, "%@%")));
}

export async function saveAliasFact(
  database: Queryable,
  deploymentId: DeploymentId,
  fact: AliasFact,
): Promise<void> {
  await database
    .insert(aliasFact)
    .values({ deploymentId, ...fact })
    .onConflictDoUpdate({ target: aliasFact.deploymentId, set: fact });
}

/** Notes that an alias was seen again, meaning what it did. */
export async function touchAliasFact(database: Queryable, id: DeploymentId, seenAt: Date): Promise<void> {
  await database.update(aliasFact).set({ seenAt }).where(eq(aliasFact.deploymentId, id));
}
