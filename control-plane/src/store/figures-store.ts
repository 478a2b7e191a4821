/** What revisions did, minute by minute. Written by the reconciler only. */
import type { DeploymentId } from "@slipway/contracts/ids";
import type { Minutes } from "@slipway/contracts/observation";
import { and, eq, gte, max, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { deployment, revisionMinute } from "./schema.ts";

/** Rows of one statement. */
const BATCH_ROWS = 1_000;

export type MinuteRow = typeof revisionMinute.$inferSelect;

/** Keeps minutes, oldest first; those that are kept already are replaced. Those of deployments that are gone are left out. */
export async function saveMinutes(database: Queryable, { epoch, minutes }: Minutes): Promise<void> {
  for (let start = 0; start < minutes.length; start += BATCH_ROWS) {
    const batch = JSON.stringify(minutes.slice(start, start + BATCH_ROWS));
    await database.execute(sql`
      insert into ${revisionMinute} (deployment_id, minute, revision, epoch, figures)
      select told.deployment, told.minute, told.revision, ${epoch}, told.figures
      from json_to_recordset(${batch}::json) as told(deployment text, minute timestamptz, revision integer, figures json)
      join ${deployment} on ${deployment.id} = told.deployment
      on conflict (deployment_id, minute, revision, epoch) do update set figures = excluded.figures
      where ${revisionMinute.figures}::text is distinct from excluded.figures::text`);
  }
}

/** The newest minute that is kept of any deployment. */
export async function newestMinute(database: Queryable): Promise<Date | null> {
  const [row] = await database.select({ minute: max(revisionMinute.minute) }).from(revisionMinute);
  return row?.minute ?? null;
}

/** Removes minutes before a time, at most `limit` of them. */
export async function deleteMinutesBefore(database: Queryable, time: Date, limit: number): Promise<void> {
  await database.execute(sql`
    delete from ${revisionMinute} where ctid = any(array(
      select ctid from ${revisionMinute} where ${revisionMinute.minute} < ${time.toISOString()}::timestamptz limit ${limit}))`);
}

/** The minutes of a deployment since a time, in no order: there are many, and the database would sort them on its disk. */
export async function minutesSince(database: Queryable, id: DeploymentId, since: Date): Promise<MinuteRow[]> {
  return database
    .select()
    .from(revisionMinute)
    .where(and(eq(revisionMinute.deploymentId, id), gte(revisionMinute.minute, since)));
}
