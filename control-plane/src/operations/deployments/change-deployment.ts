/** Changes of a deployment: each takes the row's lock, writes intent, an event and a notice, in one transaction. */
import type { Deployment } from "@slipway/contracts/api/deployment";
import { AppError } from "@slipway/contracts/errors";
import type { DesiredDeployment } from "#domain/deployment.ts";
import type { Principal } from "#domain/principal.ts";
import { requireGroup } from "#operations/groups/groups.ts";
import { withinQuotas } from "#operations/groups/quota.ts";
import type { OperationPorts } from "#operations/ports.ts";
import { announce } from "#store/change-feed.ts";
import type { Queryable } from "#store/database.ts";
import { updateDeployment } from "#store/deployment-store.ts";
import { appendEvent } from "#store/event-store.ts";
import { type DeploymentPath, lockExisting } from "./require-deployment.ts";
import { presentDeployment, readSnapshot } from "./snapshot.ts";

export interface DeploymentChange {
  changes: Partial<
    Pick<DesiredDeployment, "desired" | "targetRevision" | "latestRevision" | "generation" | "directive">
  >;
  event: { kind: string; message: string; revision?: number };
}

/** The change of intent that aims a deployment, also a stopped one, at its next revision. */
export function aimAtNextRevision({
  latestRevision,
  generation,
}: DesiredDeployment): DeploymentChange["changes"] {
  const number = latestRevision + 1;
  return { desired: "running", targetRevision: number, latestRevision: number, generation: generation + 1 };
}

/**
 * Refuses a change that its author made without knowing the newest revision.
 * @throws AppError `conflict` that tells the newest revision.
 */
export function assertBase(deployment: DesiredDeployment, baseRevision: number | undefined): void {
  const { id, latestRevision } = deployment;
  if (baseRevision === undefined || baseRevision === latestRevision) return;
  throw new AppError(
    "conflict",
    `'${id}' was changed meanwhile: its newest revision is ${latestRevision}, and this change was made from revision ${baseRevision}. Look at what the other change did, then try again from there.`,
    {
      details: {
        latestRevision,
        errors: [{ field: "baseRevision", message: `the newest is ${latestRevision}` }],
      },
    },
  );
}

/** Decides on a change under the row's lock; null changes nothing. */
export type DecideChange = (
  transaction: Queryable,
  deployment: DesiredDeployment,
  at: Date,
) => Promise<DeploymentChange | null>;

/**
 * Applies what `decide` returns.
 * @throws AppError of `decide` and of a missing deployment; `quota_exceeded` when the group would take more than it may.
 */
export async function changeDeployment(
  ports: OperationPorts,
  principal: Principal,
  path: DeploymentPath,
  decide: DecideChange,
): Promise<DesiredDeployment> {
  await requireGroup(ports, principal, path.group, "deploy");
  return changeAs(ports, principal.username, path, decide);
}

/** As {@link changeDeployment}, for the system itself: it asks nobody whether it may. */
export async function changeAs(
  ports: Pick<OperationPorts, "database" | "now">,
  author: string,
  path: DeploymentPath,
  decide: DecideChange,
): Promise<DesiredDeployment> {
  return withinQuotas(ports.database, path.group, async (transaction) => {
    const deployment = await lockExisting(transaction, path);
    const at = ports.now();
    const change = await decide(transaction, deployment, at);
    if (change === null) return deployment;
    const changes = { ...change.changes, updatedAt: at, updatedBy: author };
    await updateDeployment(transaction, deployment.id, changes);
    await appendEvent(transaction, { deploymentId: deployment.id, at, actor: author, ...change.event });
    await announce(transaction, { group: path.group, deployment: deployment.id, kind: "changed" });
    return { ...deployment, ...changes };
  });
}

/** As {@link changeDeployment}, answering with what people see afterwards. */
export async function changeAndPresent(...args: Parameters<typeof changeDeployment>): Promise<Deployment> {
  const [ports] = args;
  const deployment = await changeDeployment(...args);
  return presentDeployment(await readSnapshot(ports.database, deployment), ports);
}
