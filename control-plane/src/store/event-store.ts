/** The timeline of a deployment. Append-only. */
import type { DeploymentId } from "@slipway/contracts/ids";
import { and, desc, eq, lt } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { deploymentEvent } from "./schema.ts";

export interface EventRecord {
  sequence: number;
  deploymentId: DeploymentId;
  at: Date;
  actor: string;
  kind: string;
  message: string;
  revision: number | null;
}

export async function appendEvent(
  database: Queryable,
  event: Omit<EventRecord, "sequence" | "revision"> & { revision?: number },
): Promise<void> {
  await database.insert(deploymentEvent).values(event);
}

/** A part of a deployment's events, newest first. */
export async function listEvents(
  database: Queryable,
  id: DeploymentId,
  { limit, before }: { limit: number; before: number | undefined },
): Promise<EventRecord[]> {
  return database
    .select()
    .from(deploymentEvent)
    .where(
      and(
        eq(deploymentEvent.deploymentId, id),
        before === undefined ? undefined : lt(deploymentEvent.sequence, before),
      ),
    )
    .orderBy(desc(deploymentEvent.sequence))
    .limit(limit);
}
