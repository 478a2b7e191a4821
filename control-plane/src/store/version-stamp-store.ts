/** The stamps that versions have in MLflow because of what was served. Written by the keeper of stamps only. */
import type { SealedVariable } from "@slipway/contracts/assignment";
import { and, desc, eq, isNull } from "drizzle-orm";
import type { MlflowPlace } from "#domain/mlflow.ts";
import type { StampedVersion } from "#domain/version-stamp.ts";
import type { Queryable } from "./database.ts";
import { deployment, revision } from "./schema.ts";
import { versionStamp } from "./schema-workbench.ts";

export interface StampRecord extends MlflowPlace, StampedVersion {
  groupName: string;
  value: string;
  stampedAt: Date;
}

export async function listStamps(database: Queryable): Promise<StampRecord[]> {
  const rows = await database.select().from(versionStamp);
  return rows.map((row) => ({ ...row, workspace: row.workspace === "" ? null : row.workspace }));
}

/** To be called before MLflow is: what stands here is taken away again, whatever happens meanwhile. */
export async function saveStamp(database: Queryable, stamp: StampRecord): Promise<void> {
  const row = { ...stamp, workspace: stamp.workspace ?? "" };
  const { groupName, trackingUri, workspace, modelName, number } = versionStamp;
  await database
    .insert(versionStamp)
    .values(row)
    .onConflictDoUpdate({
      target: [groupName, trackingUri, workspace, modelName, number],
      set: { value: row.value, stampedAt: row.stampedAt },
    });
}

/** To be called once MLflow has the stamp no more. */
export async function deleteStamp(
  database: Queryable,
  stamp: Omit<StampRecord, "value" | "stampedAt">,
): Promise<void> {
  await database
    .delete(versionStamp)
    .where(
      and(
        eq(versionStamp.groupName, stamp.groupName),
        eq(versionStamp.trackingUri, stamp.trackingUri),
        eq(versionStamp.workspace, stamp.workspace ?? ""),
        eq(versionStamp.modelName, stamp.modelName),
        eq(versionStamp.number, stamp.number),
      ),
    );
}

/** The variables with which a group called an MLflow last, sealed; none where no revision remembers them. */
export async function lastVariablesFor(
  database: Queryable,
  groupName: string,
  { trackingUri, workspace }: MlflowPlace,
): Promise<SealedVariable[]> {
  const [newest] = await database
    .select({ variables: revision.sealedVariables })
    .from(revision)
    .innerJoin(deployment, eq(deployment.id, revision.deploymentId))
    .where(
      and(
        eq(deployment.groupName, groupName),
        eq(revision.trackingUri, trackingUri),
        workspace === null ? isNull(revision.workspace) : eq(revision.workspace, workspace),
      ),
    )
    .orderBy(desc(revision.createdAt))
    .limit(1);
  return newest?.variables ?? [];
}
