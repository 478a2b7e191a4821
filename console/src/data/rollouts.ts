/** Rollouts of a deployment, and what a person can do to a running one. */
import { rolloutSchema } from "@slipway/contracts/api/rollout";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tell } from "./api.ts";
import {
  BUSY_POLL_MS,
  type DeploymentRef,
  deploymentPath,
  refreshDeployment,
  useDeploymentList,
} from "./deployments.ts";

const ROLLOUTS_SIZE = 100;

/** How each move to a revision went, newest first. Requests are counted without being announced. */
export function useRollouts(deployment: DeploymentRef, size = ROLLOUTS_SIZE) {
  return useDeploymentList(deployment, "rollouts", rolloutSchema, {
    size,
    pollMs: (rollouts) => (rollouts.some(({ state }) => state === "running") ? BUSY_POLL_MS : null),
  });
}

export type RolloutAction = { verb: "promote"; to: "next step" | "all" } | { verb: "abort"; message: string };

/** Lets a running rollout go on, or ends it. */
export function useRolloutAction(deployment: DeploymentRef, rollout: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, ...body }: RolloutAction) =>
      tell({
        method: "POST",
        path: `${deploymentPath(deployment)}/rollouts/${encodeURIComponent(rollout)}/${verb}`,
        body,
      }),
    onSuccess: () => refreshDeployment(queryClient, deployment),
  });
}
