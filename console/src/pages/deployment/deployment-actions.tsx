import { Alert, Button, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { ButtonLink } from "#components/links.tsx";
import { useNowMs } from "#components/use-now.ts";
import { useDeleteDeployment, useDeploymentAction } from "#data/deployments.ts";
import { describeLoss } from "#lib/traffic.ts";

/** Update, Stop or Start, Delete. */
export function DeploymentActions({ deployment }: { deployment: Deployment }) {
  const { group, id, status } = deployment;
  const start = useDeploymentAction({ group, id });
  const [deleting, { open: openDelete, close: closeDelete }] = useDisclosure();
  const [stopping, { open: openStop, close: closeStop }] = useDisclosure();
  const stopped = status === "Stopped" || status === "Stopping";
  function begin(): void {
    start.mutate(
      { verb: "start" },
      {
        onError: (error) =>
          notifications.show({ color: "red", title: "It was not started", message: error.message }),
      },
    );
  }
  return (
    <>
      <ButtonLink variant="default" to="/g/$group/deployments/$id/update" params={{ group, id }}>
        Update
      </ButtonLink>
      {status === "Failed" ? (
        <Button variant="default" loading={start.isPending} onClick={begin}>
          Try again
        </Button>
      ) : null}
      {stopped ? (
        <Button variant="default" loading={start.isPending} disabled={status === "Stopping"} onClick={begin}>
          Start
        </Button>
      ) : (
        <Button variant="default" onClick={openStop}>
          Stop
        </Button>
      )}
      <Button variant="default" c="var(--mantine-color-error)" onClick={openDelete}>
        Delete
      </Button>
      {stopping ? <StopModal deployment={deployment} onClose={closeStop} /> : null}
      {deleting ? <DeleteModal deployment={deployment} onClose={closeDelete} /> : null}
    </>
  );
}

interface ModalProps {
  deployment: Deployment;
  onClose: () => void;
}

/** What would be cut off, as it is now. */
function Loss({ deployment: { traffic } }: { deployment: Deployment }) {
  const nowMs = useNowMs();
  return (
    <Text size="sm" fw={600} mt="sm">
      {describeLoss(traffic, nowMs)}
    </Text>
  );
}

function StopModal({ deployment, onClose }: ModalProps) {
  const { group, id, name } = deployment;
  const stop = useDeploymentAction({ group, id });
  return (
    <AskModal
      opened
      onClose={onClose}
      title={`Stop ${name}?`}
      confirm="Stop"
      color="red"
      pending={stop.isPending}
      error={stop.error}
      onConfirm={() => stop.mutate({ verb: "stop" }, { onSuccess: onClose })}
    >
      <Text size="sm">
        Its endpoint stops answering until it is started again. URL, clients and history stay.
      </Text>
      <Loss deployment={deployment} />
    </AskModal>
  );
}

function DeleteModal({ deployment, onClose }: ModalProps) {
  const { group, id, name } = deployment;
  const [typed, setTyped] = useState("");
  const navigate = useNavigate();
  const remove = useDeleteDeployment({ group, id });
  const matches = typed.trim() === name;
  function submit(): void {
    if (!matches) return;
    remove.mutate(undefined, {
      onSuccess: () => {
        notifications.show({ message: `${name} is deleted.` });
        void navigate({ to: "/g/$group/deployments", params: { group } });
      },
    });
  }
  return (
    <AskModal
      opened
      onClose={onClose}
      title={`Delete ${name}?`}
      confirm="Delete"
      color="red"
      disabled={!matches}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={submit}
    >
      <Alert color="red">
        Its endpoint stops answering and its clients, history and logs are gone for good. The model stays in
        MLflow.
      </Alert>
      <Loss deployment={deployment} />
      <TextInput
        mt="md"
        label={`Type ${name} to confirm`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </AskModal>
  );
}
