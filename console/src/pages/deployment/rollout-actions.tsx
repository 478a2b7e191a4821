import { Button, Group, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import type { DeploymentRef } from "#data/deployments.ts";
import { useRolloutAction } from "#data/rollouts.ts";

/** What a person can do to a running rollout: let it go on, let it through, end it. */
export function RolloutActions({ deployment, rollout }: { deployment: DeploymentRef; rollout: Rollout }) {
  const action = useRolloutAction(deployment, rollout.id);
  const [asking, { open, close }] = useDisclosure();
  const { strategy, progress, fromRevision } = rollout;
  const phase = progress?.phase;
  const stepsLeft = strategy.kind === "canary" && (progress?.step ?? 0) < strategy.steps.length - 1;
  return (
    <>
      <Group gap="xs">
        {phase === "canary" && stepsLeft ? (
          <Button
            size="compact-sm"
            variant="default"
            loading={action.isPending && action.variables.verb === "promote"}
            onClick={() => action.mutate({ verb: "promote", to: "next step" })}
          >
            Promote to next step
          </Button>
        ) : null}
        {phase === "canary" || phase === "shadow" ? (
          <Button
            size="compact-sm"
            loading={action.isPending && action.variables.verb === "promote"}
            onClick={() => action.mutate({ verb: "promote", to: "all" })}
          >
            Promote to all requests
          </Button>
        ) : null}
        {fromRevision === null ? null : (
          <Button size="compact-sm" variant="default" c="var(--mantine-color-error)" onClick={open}>
            Abort
          </Button>
        )}
      </Group>
      {asking ? null : <FailedAction error={action.error} />}
      <AbortModal
        rollout={rollout}
        opened={asking}
        onClose={close}
        pending={action.isPending}
        error={action.error}
        onAbort={(message) => action.mutate({ verb: "abort", message }, { onSuccess: close })}
      />
    </>
  );
}

interface AbortModalProps {
  rollout: Rollout;
  opened: boolean;
  onClose: () => void;
  pending: boolean;
  error: Error | null;
  onAbort: (message: string) => void;
}

function AbortModal({ rollout, opened, onClose, pending, error, onAbort }: AbortModalProps) {
  const { revision, fromRevision } = rollout;
  const [message, setMessage] = useState("");
  return (
    <AskModal
      opened={opened}
      onClose={onClose}
      title={`Abort the rollout of revision ${revision}?`}
      confirm="Abort rollout"
      color="red"
      pending={pending}
      error={error}
      onConfirm={() => onAbort(message)}
    >
      <Text size="sm">
        All requests go to revision {fromRevision} at once. Those that revision {revision} is answering are
        finished, then its replicas end. No request fails; the rollout stays in the history as aborted.
      </Text>
      <Textarea
        mt="sm"
        label="Why"
        description="Optional. Stands in the receipt and among the events."
        autosize
        minRows={1}
        maxRows={4}
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
    </AskModal>
  );
}
