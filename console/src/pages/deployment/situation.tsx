import { Alert, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { PageLink } from "#components/links.tsx";

const UNSUCCESSFUL = { failed: "failed", aborted: "was aborted", returned: "was taken back" } as const;

/** Says what a person must know beside the status. */
export function Situation({ deployment }: { deployment: Deployment }) {
  const { status, reason, message, stale, rollout } = deployment;
  const told = reason === "Serving" || rollout?.state === "running";
  const update = unsuccessfulUpdate(deployment);
  return (
    <>
      {stale ? (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="This may be out of date">
          The data plane has not reported lately. What it serves keeps being served; the facts below are the
          last known.
        </Alert>
      ) : null}
      {update}
      {status === "Failed" ? <Failure deployment={deployment} /> : null}
      {status !== "Failed" && update === null && !told ? (
        <Text size="sm" c="dimmed" className="break-anywhere">
          {message}
        </Text>
      ) : null}
    </>
  );
}

function Failure({ deployment: { steps, reason, message } }: { deployment: Deployment }) {
  const failedStep = steps.find((step) => step.state === "failed");
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={failedStep ? `The step “${failedStep.name}” failed` : reason}
    >
      <Text size="sm" className="break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
        {message || failedStep?.message}
      </Text>
    </Alert>
  );
}

/** The newest revision did not come through, and another one goes on serving. */
function unsuccessfulUpdate(deployment: Deployment): ReactNode {
  const { status, rollout, servingRevision, modelUri, group, id } = deployment;
  if (status === "Failed" || rollout === null || servingRevision === null) return null;
  if (rollout.state !== "failed" && rollout.state !== "aborted" && rollout.state !== "returned") return null;
  return (
    <Alert
      color={rollout.state === "failed" ? "red" : "yellow"}
      icon={<IconAlertTriangle aria-hidden />}
      title={`Revision ${rollout.revision} ${UNSUCCESSFUL[rollout.state]}`}
    >
      <Text size="sm" className="break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
        {rollout.message ?? "It did not become ready."}
      </Text>
      <Text size="sm" mt={4}>
        Revision {servingRevision} ({modelUri}) is still serving.{" "}
        <PageLink
          c="inherit"
          underline="always"
          to="/g/$group/deployments/$id"
          params={{ group, id }}
          search={{ tab: "rollouts", rollout: rollout.id }}
        >
          The whole receipt
        </PageLink>
      </Text>
    </Alert>
  );
}
