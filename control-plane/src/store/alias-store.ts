/** What aliases mean, as the follower of aliases saw last. Written by it only. */
import type { DeploymentId } from "@slipway/contracts/ids";
import { inArray } from "drizzle-orm";
import type { AliasFact } from "#domain/alias.ts";
import type { Queryable } from "./database.ts";
import { aliasFact } from "./schema.ts";

export async function aliasFactsOf(
  database: Queryable,
  ids: DeploymentId[],
): Promise<Map<DeploymentId, AliasFact>> {
  if (ids.length === 0) return new Map();
  const rows = await database.select().from(aliasFact).where(inArray(aliasFact.deploymentId, ids));
  return new Map(rows.map((row) => [row.deploymentId, row]));
}
