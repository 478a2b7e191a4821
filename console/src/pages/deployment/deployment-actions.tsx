import { Alert, Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { ButtonLink } from "#components/links.tsx";
import { useDeleteDeployment, useDeploymentAction } from "#data/deployments.ts";

/** Update, Stop or Start, Delete. */
export function DeploymentActions({ deployment }: { deployment: Deployment }) {
  const { group, id, status } = deployment;
  const action = useDeploymentAction({ group, id });
  const [deleting, { open: openDelete, close: closeDelete }] = useDisclosure();
  const [stopping, { open: openStop, close: closeStop }] = useDisclosure();
  const stopped = status === "Stopped" || status === "Stopping";
  function act(verb: "start" | "stop"): void {
    action.mutate(
      { verb },
      {
        onSuccess: closeStop,
        onError: (error) => {
          if (verb === "start")
            notifications.show({ color: "red", title: "It was not started", message: error.message });
        },
      },
    );
  }
  return (
    <>
      <ButtonLink variant="default" to="/g/$group/deployments/$id/update" params={{ group, id }}>
        Update
      </ButtonLink>
      {status === "Failed" ? (
        <Button variant="default" loading={action.isPending} onClick={() => act("start")}>
          Try again
        </Button>
      ) : null}
      {stopped ? (
        <Button
          variant="default"
          loading={action.isPending}
          disabled={status === "Stopping"}
          onClick={() => act("start")}
        >
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
      <Modal
        opened={stopping}
        onClose={closeStop}
        title={`Stop ${deployment.name}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">
          Its endpoint stops answering until it is started again. URL, clients and history stay.
        </Text>
        <FailedAction error={action.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={closeStop}>
            Cancel
          </Button>
          <Button color="red" loading={action.isPending} onClick={() => act("stop")} data-autofocus>
            Stop
          </Button>
        </Group>
      </Modal>
      <DeleteModal deployment={deployment} opened={deleting} onClose={closeDelete} />
    </>
  );
}

interface DeleteModalProps {
  deployment: Deployment;
  opened: boolean;
  onClose: () => void;
}

function DeleteModal({ deployment, opened, onClose }: DeleteModalProps) {
  const { group, id, name } = deployment;
  const [typed, setTyped] = useState("");
  const navigate = useNavigate();
  const remove = useDeleteDeployment({ group, id });
  const matches = typed.trim() === name;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!matches) return;
    remove.mutate(undefined, {
      onSuccess: () => {
        notifications.show({ message: `${name} is deleted.` });
        void navigate({ to: "/g/$group/deployments", params: { group } });
      },
    });
  }
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Delete ${name}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit}>
        <Alert color="red">
          Its endpoint stops answering and its clients, history and logs are gone for good. The model stays in
          MLflow.
        </Alert>
        <TextInput
          mt="md"
          label={`Type ${name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <FailedAction error={remove.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!matches} loading={remove.isPending}>
            Delete
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
