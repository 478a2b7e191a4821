/** Quotas: what a group may have at most. They bound growth only, so that a lowered quota never stands in the way of less. */
import type { Quotas, Usage } from "@slipway/contracts/api/identity";
import { AppError } from "@slipway/contracts/errors";
import { groupNotFound } from "#domain/policy.ts";
import type { Database, Queryable } from "#store/database.ts";
import { usageOfGroups } from "#store/deployment-store.ts";
import { type GroupRecord, lockGroup } from "#store/group-store.ts";

const NOTHING: Usage = { deployments: 0, replicas: 0, memoryBytes: 0 };
const GIB = 1024 ** 3;
const MEASURES = ["deployments", "replicas", "memoryBytes"] as const;

/** The field that a person would change to need less. */
const FIELDS = { deployments: null, replicas: "maxReplicas", memoryBytes: "instanceType" } as const;

export function quotasOf({ deploymentsMax, replicasMax, memoryBytesMax }: GroupRecord): Quotas {
  return { deployments: deploymentsMax, replicas: replicasMax, memoryBytes: memoryBytesMax };
}

/** What each group has now. */
export async function usagesOf(
  database: Queryable,
  groupNames: string[],
): Promise<(groupName: string) => Usage> {
  const usages = await usageOfGroups(database, groupNames);
  return (groupName) => usages.get(groupName) ?? NOTHING;
}

/**
 * Runs a change of a group's deployments in a transaction, and takes it back when it makes the group exceed its quotas.
 * The group stays locked until then, so that of two changes at once the second sees what the first took. Every change
 * that may take more goes through here.
 * @throws AppError `quota_exceeded`, `group_not_found`, and what `change` throws.
 */
export async function withinQuotas<Result>(
  database: Database,
  groupName: string,
  change: (transaction: Queryable) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (transaction) => {
    // The group before its deployments, everywhere: who locks in one order never waits in a circle.
    const group = await lockGroup(transaction, groupName);
    if (group === undefined) throw groupNotFound(groupName);
    const quotas = quotasOf(group);
    if (MEASURES.every((measure) => quotas[measure] === null)) return change(transaction);
    const before = (await usagesOf(transaction, [groupName]))(groupName);
    const result = await change(transaction);
    const after = (await usagesOf(transaction, [groupName]))(groupName);
    assertGrowth({ groupName, quotas, before, after });
    return result;
  });
}

function assertGrowth({
  groupName,
  quotas,
  before,
  after,
}: {
  groupName: string;
  quotas: Quotas;
  before: Usage;
  after: Usage;
}): void {
  const exceeded = MEASURES.flatMap((measure) => {
    const [max, asked] = [quotas[measure], after[measure] - before[measure]];
    if (max === null || asked <= 0 || after[measure] <= max) return [];
    const message = `${amount(measure, before[measure])} used, ${amount(measure, asked)} more asked for, ${amount(measure, max)} allowed`;
    return [{ field: FIELDS[measure], message }];
  });
  if (exceeded.length === 0) return;
  const errors = exceeded.flatMap(({ field, message }) => (field === null ? [] : [{ field, message }]));
  throw new AppError(
    "quota_exceeded",
    `The group '${groupName}' has no room for this: ${exceeded.map(({ message }) => message).join("; ")}. Ask for less, stop or delete a deployment, or ask an administrator of Slipway for a larger quota.`,
    errors.length === 0 ? {} : { details: { errors } },
  );
}

function amount(measure: (typeof MEASURES)[number], count: number): string {
  switch (measure) {
    case "memoryBytes":
      return `${Number((count / GIB).toFixed(2))} GiB of memory`;
    case "replicas":
    case "deployments":
      return `${count} ${count === 1 ? measure.slice(0, -1) : measure}`;
  }
}
