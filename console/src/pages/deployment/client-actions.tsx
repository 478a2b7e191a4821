import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Client } from "@slipway/contracts/api/client";
import { useState } from "react";
import { AskModal } from "#components/ask-modal.tsx";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { useChangeClient, useRotateClient } from "#data/clients.ts";
import type { DeploymentRef } from "#data/deployments.ts";
import { type ClientLimits, ClientLimitsInputs, limitsOf, limitsRequest } from "./client-limits.tsx";

interface ClientActionsProps {
  deployment: DeploymentRef;
  client: Client;
  onRotated: (client: { name: string; token: string }) => void;
  onRevoke: (client: Client) => void;
}

/** Edit, rotate, revoke. */
export function ClientActions(props: ClientActionsProps) {
  const { client, onRevoke } = props;
  const [editing, { open: edit, close: endEdit }] = useDisclosure();
  const [rotating, { open: rotate, close: endRotate }] = useDisclosure();
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <Button size="compact-sm" variant="default" onClick={edit} aria-label={`Edit client ${client.name}`}>
        Edit
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        onClick={rotate}
        aria-label={`Rotate client ${client.name}`}
      >
        Rotate
      </Button>
      <ConfirmButton
        label="Revoke"
        what={`client ${client.name}`}
        effect="Its token stops working at once, for whoever uses it."
        onConfirm={() => onRevoke(client)}
      />
      {editing ? <EditModal {...props} onClose={endEdit} /> : null}
      {rotating ? <RotateModal {...props} onClose={endRotate} /> : null}
    </Group>
  );
}

function EditModal({ deployment, client, onClose }: ClientActionsProps & { onClose: () => void }) {
  const [limits, setLimits] = useState<ClientLimits>(() => limitsOf(client));
  const change = useChangeClient(deployment, client.name);
  return (
    <AskModal
      opened
      onClose={onClose}
      title={`Edit client ${client.name}`}
      confirm="Save"
      pending={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate(limitsRequest(limits), { onSuccess: onClose })}
    >
      <ClientLimitsInputs limits={limits} onChange={setLimits} />
    </AskModal>
  );
}

const OVERLAPS = [
  { value: "0", label: "Now: the old token stops at once" },
  { value: "3600", label: "In 1 hour" },
  { value: "86400", label: "In 1 day" },
];

function RotateModal({
  deployment,
  client,
  onRotated,
  onClose,
}: ClientActionsProps & { onClose: () => void }) {
  const [overlap, setOverlap] = useState("3600");
  const rotate = useRotateClient(deployment, client.name);
  return (
    <AskModal
      opened
      onClose={onClose}
      title={`Give client ${client.name} a new token?`}
      confirm="Rotate"
      pending={rotate.isPending}
      error={rotate.error}
      onConfirm={() =>
        rotate.mutate(Number(overlap), {
          onSuccess: (created) => {
            onRotated(created);
            onClose();
          },
        })
      }
    >
      <Stack gap="sm">
        <Text size="sm">
          The new token works at once and is shown once. Until the old one stops, both work: put the new one
          in place meanwhile.
        </Text>
        <Radio.Group label="When does the old token stop?" value={overlap} onChange={setOverlap}>
          <Stack gap="xs" mt="xs">
            {OVERLAPS.map(({ value, label }) => (
              <Radio key={value} value={value} label={label} />
            ))}
          </Stack>
        </Radio.Group>
      </Stack>
    </AskModal>
  );
}
