/** The status that a person sees, computed from intent and fact and never stored. */
import type { DeploymentStatus } from "@slipway/contracts/api/deployment";
import type { Observation } from "@slipway/contracts/observation";
import type { DesiredDeployment, RolloutRecord } from "./deployment.ts";

export interface StatusInput {
  desired: Pick<DesiredDeployment, "desired">;
  /** The newest rollout, of whatever generation. */
  rollout: Pick<
    RolloutRecord,
    "state" | "revision" | "reason" | "message" | "steps" | "generation" | "progress"
  > | null;
  generation: number;
  servingRevision: number | null;
  observation: Observation | null;
}

export interface StatusView {
  status: DeploymentStatus;
  reason: string;
  message: string;
}

/** Says what a deployment is doing and why. */
export function computeStatus(input: StatusInput): StatusView {
  if (input.desired.desired !== "running") return stoppedStatus(input);
  const { rollout, servingRevision } = input;
  if (rollout === null || rollout.generation < input.generation || rollout.state === "running") {
    return deployingStatus(rollout, input.generation);
  }
  if (servingRevision === null) {
    return {
      status: "Failed",
      reason: rollout.reason ?? "Failed",
      message: rollout.message ?? "The revision could not be started.",
    };
  }
  return servingStatus(input, servingRevision);
}

function stoppedStatus({ servingRevision, observation }: StatusInput): StatusView {
  const running = observation?.revisions.length ?? 0;
  if (servingRevision !== null || running > 0) {
    return {
      status: "Stopping",
      reason: "StopRequested",
      message: "Running requests finish, then the replicas end.",
    };
  }
  return { status: "Stopped", reason: "StoppedByUser", message: "Stopped. Start it to serve again." };
}

function deployingStatus(rollout: StatusInput["rollout"], generation: number): StatusView {
  const step =
    rollout?.generation === generation
      ? rollout.steps.find((candidate) => candidate.state === "running")
      : undefined;
  const progress = rollout?.generation === generation ? rollout.progress : null;
  if (progress !== null && (progress.phase === "canary" || progress.phase === "shadow")) {
    const reason = progress.waitingFor === "promotion" ? "AwaitingPromotion" : "RolloutRunning";
    return { status: "Deploying", reason, message: progress.message };
  }
  return {
    status: "Deploying",
    reason: "RolloutRunning",
    message: step
      ? `Step '${step.name}' is running${step.message ? `: ${step.message}` : "."}`
      : "Waiting for the data plane.",
  };
}

/** How rollouts end that leave the old revision serving. */
const UNSUCCESSFUL = {
  failed: { reason: "RolloutFailed", verb: "failed" },
  aborted: { reason: "RolloutAborted", verb: "was given up" },
  returned: { reason: "RolloutReturned", verb: "was taken back" },
} as const;

function servingStatus({ rollout, observation }: StatusInput, servingRevision: number): StatusView {
  const observed = observation?.revisions.find((revision) => revision.number === servingRevision);
  if (observed?.state === "failed") {
    return {
      status: "Failed",
      reason: observed.reason ?? "Failed",
      message: observed.message ?? "The serving revision could not be started again.",
    };
  }
  if (observed && observed.state !== "ready") {
    return {
      status: "Deploying",
      reason: observed.state === "degraded" ? "ReplicaRestarting" : "Restarting",
      message: observed.message ?? `Revision ${servingRevision} is being started again.`,
    };
  }
  if (rollout !== null && rollout.state in UNSUCCESSFUL) {
    const { reason, verb } = UNSUCCESSFUL[rollout.state as keyof typeof UNSUCCESSFUL];
    return {
      status: "Deployed",
      reason,
      message: `Revision ${servingRevision} goes on serving. Revision ${rollout.revision} ${verb}: ${rollout.message ?? "no cause was reported"}`,
    };
  }
  if (observed?.idle) {
    return {
      status: "Deployed",
      reason: "ScaledToZero",
      message: `Revision ${servingRevision} is ready, and nobody has called for a while: no replica runs. The next call starts one, and waits for it.`,
    };
  }
  return { status: "Deployed", reason: "Serving", message: `Revision ${servingRevision} is serving.` };
}
