import { Button, Group, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { FailedAction } from "./failed-action.tsx";

interface AskModalProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The verb on the button that does it. */
  confirm: string;
  onConfirm: () => void;
  /** Red is for what destroys or interrupts. */
  color?: string;
  disabled?: boolean;
  pending?: boolean;
  error?: Error | null;
  size?: string;
  /** Whether there is text to lose, so that a click beside it does not close it. */
  holdsText?: boolean;
  /** What it does, and what it needs to know. */
  children: ReactNode;
}

/** Asks once before something is done, and says why it could not be done. */
export function AskModal(props: AskModalProps) {
  const { opened, onClose, title, confirm, onConfirm, color, children } = props;
  function submit(event: FormEvent): void {
    event.preventDefault();
    onConfirm();
  }
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={props.size ?? "md"}
      closeOnClickOutside={!(props.holdsText ?? false)}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} noValidate>
        {children}
        <FailedAction error={props.error ?? null} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(color === undefined ? {} : { color })}
            disabled={props.disabled ?? false}
            loading={props.pending ?? false}
            data-autofocus
          >
            {confirm}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
