/** Instance types: the sizes of replicas that administrators offer. Written by operations only. */
import { asc, eq, sql } from "drizzle-orm";
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

/** Holds the whole table against other writers, not against readers, until the transaction ends. */
export async function lockInstanceTypes(transaction: Queryable): Promise<void> {
  await transaction.execute(sql`lock table ${instanceType} in share row exclusive mode`);
}

/** @throws a driver error with SQLSTATE 23505 when the name is taken. */
export async function insertInstanceType(database: Queryable, row: InstanceTypeRecord): Promise<void> {
  await database.insert(instanceType).values(row);
}

export async function updateInstanceType(
  database: Queryable,
  name: string,
  changes: Partial<Omit<InstanceTypeRecord, "name">>,
): Promise<void> {
  await database.update(instanceType).set(changes).where(eq(instanceType.name, name));
}

/** Makes one the default and every other one not. */
export async function moveDefault(database: Queryable, name: string): Promise<void> {
  await database.update(instanceType).set({ isDefault: sql`${instanceType.name} = ${name}` });
}

export async function deleteInstanceType(database: Queryable, name: string): Promise<void> {
  await database.delete(instanceType).where(eq(instanceType.name, name));
}
