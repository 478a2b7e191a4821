/** The timeline of a deployment. Append-only. */
import type { DeploymentId } from "@slipway/contracts/ids";
import { desc, eq } from "drizzle-orm";
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

const EVENTS_MAX = 500;

export async function appendEvent(
  database: Queryable,
  event: Omit<EventRecord, "sequence" | "revision"> & { revision?: number },
): Promise<void> {
  await database.insert(deploymentEvent).values(event);
}

/** The newest events, newest first, at most 500. */
export async function listEvents(database: Queryable, id: DeploymentId): Promise<EventRecord[]> {
  return database
    .select()
    .from(deploymentEvent)
    .where(eq(deploymentEvent.deploymentId, id))
    .orderBy(desc(deploymentEvent.sequence))
    .limit(EVENTS_MAX);
}
