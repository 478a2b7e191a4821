import { Alert, Button, Group, Paper, Stack, Text } from "@mantine/core";
import type { Revision } from "@slipway/contracts/api/deployment";
import { diffSpecs } from "@slipway/contracts/spec-diff";
import { IconUsers } from "@tabler/icons-react";
import type { Ref } from "react";
import { SpecChanges } from "#components/spec-changes.tsx";
import { Time } from "#components/time.tsx";

interface NewerRevisionProps {
  ref: Ref<HTMLDivElement>;
  /** What the form was made from. */
  base: Revision;
  newest: Revision;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

/** Somebody else has changed the deployment meanwhile: what they did, and the two ways on. */
export function NewerRevision({ ref, base, newest, onTakeTheirs, onKeepMine }: NewerRevisionProps) {
  const changes = diffSpecs({ ...base, environmentHash: null }, { ...newest, environmentHash: null });
  return (
    <Alert
      ref={ref}
      tabIndex={-1}
      role="alert"
      color="yellow"
      maw={760}
      icon={<IconUsers aria-hidden />}
      title={`Revision ${newest.number} came while you were editing`}
    >
      <Stack gap="sm">
        <Text size="sm" className="break-anywhere">
          By {newest.author}, <Time at={newest.createdAt} />
          {newest.updateMessage === "" ? "." : `: “${newest.updateMessage}”`}
        </Text>
        <Paper p="xs">
          <SpecChanges
            label={`What revision ${newest.number} changed`}
            changes={changes}
            from={`Revision ${base.number}, where you began`}
            to={`Revision ${newest.number}`}
            none={`It asks for the same as revision ${base.number}.`}
          />
        </Paper>
        <Group gap="xs">
          <Button size="xs" onClick={onKeepMine}>
            Keep mine on top
          </Button>
          <Button size="xs" variant="default" onClick={onTakeTheirs}>
            Take theirs
          </Button>
          <Text size="xs">Nothing is sent before you deploy.</Text>
        </Group>
      </Stack>
    </Alert>
  );
}
