/** Instance types: the sizes of replicas that administrators offer. */
import { asc } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { instanceType } from "./schema-identity.ts";

export interface InstanceTypeRecord {
  name: string;
  description: string;
  cpuThreads: number;
  memoryBytes: number;
  isDefault: boolean;
}

/** All of them, the smallest first. */
export async function listInstanceTypes(database: Queryable): Promise<InstanceTypeRecord[]> {
  return database
    .select()
    .from(instanceType)
    .orderBy(asc(instanceType.memoryBytes), asc(instanceType.cpuThreads), asc(instanceType.name));
}
