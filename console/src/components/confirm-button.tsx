import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { AskModal } from "./ask-modal.tsx";

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
      <AskModal
        opened={opened}
        onClose={close}
        title={`${label} ${what}?`}
        confirm={label}
        color="red"
        onConfirm={() => {
          close();
          onConfirm();
        }}
      >
        <Text size="sm">{effect}</Text>
      </AskModal>
    </>
  );
}
