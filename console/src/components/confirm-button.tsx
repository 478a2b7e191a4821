import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

interface ConfirmButtonProps {
  /** The verb: "Remove". */
  label: string;
  /** What it is done to: "client ann". */
  what: string;
  /** What it does, in a sentence. */
  effect: string;
  onConfirm: () => void;
}

/** A small destructive button that says what it does and asks once. */
export function ConfirmButton({ label, what, effect, onConfirm }: ConfirmButtonProps) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`${label} ${what}`}>
        {label}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={`${label} ${what}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">{effect}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            color="red"
            data-autofocus
            onClick={() => {
              close();
              onConfirm();
            }}
          >
            {label}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
