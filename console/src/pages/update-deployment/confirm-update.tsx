import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface ConfirmUpdateProps {
  opened: boolean;
  name: string;
  revision: number;
  /** How the requests will move. */
  strategy: string;
  pending: boolean;
  /** False when the focus belongs to what went wrong. */
  returnFocus: boolean;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}

/** Shows what will change and asks once before it is sent. */
export function ConfirmUpdate(props: ConfirmUpdateProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Deploy revision ${props.revision} of ${props.name}?`}
      size="xl"
      returnFocus={props.returnFocus}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        {props.children}
        <Text size="sm" c="dimmed">
          {props.strategy}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Back to the form
          </Button>
          <Button data-autofocus loading={props.pending} onClick={props.onConfirm}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
