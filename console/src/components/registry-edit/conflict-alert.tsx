import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface ConflictAlertProps {
  /** What is there now, in a sentence or more. */
  children: ReactNode;
  /** Makes one's own the next to be written, on top of what is there now. */
  onKeep: () => void;
  /** Takes over what is there now. */
  onTake: () => void;
}

/** Says that somebody else has changed the same in MLflow, and lets a person choose. */
export function ConflictAlert({ children, onKeep, onTake }: ConflictAlertProps) {
  return (
    <Alert
      color="yellow"
      icon={<IconGitMerge aria-hidden />}
      title="Somebody changed this in MLflow meanwhile"
      role="alert"
      mt="sm"
    >
      <Stack gap="xs">
        <Text component="div" size="sm">
          {children}
        </Text>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={onKeep}>
            Keep mine
          </Button>
          <Button size="compact-sm" variant="default" onClick={onTake}>
            Take theirs
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
