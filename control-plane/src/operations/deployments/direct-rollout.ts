/** Promote and Abort: what a person says of a rollout that is running. The reconciler carries it out. */
import type { Deployment } from "@slipway/contracts/api/deployment";
import { AppError } from "@slipway/contracts/errors";
import type { DesiredDeployment, RolloutDirective, RolloutRecord } from "#domain/deployment.ts";
import type { Principal } from "#domain/principal.ts";
import type { OperationPorts } from "#operations/ports.ts";
import type { Queryable } from "#store/database.ts";
import { newestRollouts } from "#store/rollout-store.ts";
import { changeAndPresent } from "./change-deployment.ts";
import type { DeploymentPath } from "./require-deployment.ts";

/** Where a request points: a rollout of a deployment. */
export interface RolloutPath extends DeploymentPath {
  rollout: string;
}

/** Lets a rollout go on without waiting. Saying it twice for one step is saying it once. @throws AppError `not_found`, `conflict`. */
export async function promoteRollout(
  ports: OperationPorts,
  principal: Principal,
  path: RolloutPath,
  { to }: { to: "next step" | "all" },
): Promise<Deployment> {
  return direct(ports, principal, path, ({ generation, progress, revision }) => ({
    directive:
      to === "all"
        ? { generation, action: "promote-all", by: principal.username }
        : { generation, action: "promote", step: progress?.step ?? 0, by: principal.username },
    event: {
      kind: "rollout.promoted",
      message: to === "all" ? "Let all requests move." : "Let the rollout go on to its next step.",
      revision,
    },
  }));
}

/** Gives a rollout up: all requests go back to what serves. @throws AppError `not_found`, `conflict`. */
export async function abortRollout(
  ports: OperationPorts,
  principal: Principal,
  path: RolloutPath,
  { message }: { message: string },
): Promise<Deployment> {
  return direct(ports, principal, path, ({ generation, revision, fromRevision }) => {
    if (fromRevision === null) {
      throw new AppError(
        "conflict",
        "This is the first revision: there is none to go back to. Stop the deployment instead.",
      );
    }
    return {
      directive: { generation, action: "abort", by: principal.username, message },
      event: { kind: "rollout.abort-requested", message: "Asked to give the rollout up.", revision },
    };
  });
}

async function direct(
  ports: OperationPorts,
  principal: Principal,
  path: RolloutPath,
  decide: (rollout: RolloutRecord) => {
    directive: RolloutDirective;
    event: { kind: string; message: string; revision: number };
  },
): Promise<Deployment> {
  return changeAndPresent(ports, principal, path, async (transaction, deployment) => {
    const { directive, event } = decide(await requireRunning(transaction, deployment, path.rollout));
    return { changes: { directive }, event };
  });
}

async function requireRunning(
  transaction: Queryable,
  { id, generation }: DesiredDeployment,
  rollout: string,
): Promise<RolloutRecord> {
  const newest = (await newestRollouts(transaction, [id])).get(id);
  if (newest === undefined || Number(rollout) > newest.generation || !/^\d+$/.test(rollout)) {
    throw new AppError(
      "not_found",
      `The deployment '${id}' has no rollout ${rollout}. Its history shows which there are.`,
    );
  }
  if (Number(rollout) === generation && newest.generation === generation && newest.state === "running")
    return newest;
  throw new AppError(
    "conflict",
    `Rollout ${rollout} of '${id}' is not running any more. Look at the deployment as it is now.`,
  );
}
