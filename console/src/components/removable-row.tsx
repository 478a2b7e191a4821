import { ActionIcon, Button, Group } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface RemovableRowProps {
  /** The fields of the row. */
  children: ReactNode;
  /** Stands before the button. */
  beside?: ReactNode;
  /** `Remove entry team`. */
  removeLabel: string;
  disabled?: boolean;
  /** Whether the fields may stand below one another. */
  wraps?: boolean;
  onRemove: () => void;
}

/** A row of a form's list, with a button that takes it out. */
export function RemovableRow(props: RemovableRowProps) {
  const { children, beside, removeLabel, disabled = false, wraps = true, onRemove } = props;
  return (
    <Group align="flex-start" gap="xs" wrap={wraps ? "wrap" : "nowrap"}>
      {children}
      <Group gap="xs" h={36} wrap="nowrap">
        {beside}
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={disabled}
          aria-label={removeLabel}
          onClick={onRemove}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
    </Group>
  );
}

interface AddRowButtonProps {
  children: string;
  disabled?: boolean;
  onClick: () => void;
}

/** Adds a row to a form's list. */
export function AddRowButton({ children, disabled = false, onClick }: AddRowButtonProps) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={disabled}
      leftSection={<IconPlus size={14} aria-hidden />}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
