import { Button, Group, Modal, Text } from "@mantine/core";
import { sameValue } from "@slipway/contracts/same-value";
import { useBlocker } from "@tanstack/react-router";

/** Asks before unsaved edits are lost: by a link, the browser's back, or a closed tab. `hasEdits` is read at that moment. */
export function LeaveGuard({ hasEdits }: { hasEdits: () => boolean }) {
  const blocker = useBlocker({
    // Another model URI in the address starts the form anew.
    shouldBlockFn: ({ current, next }) =>
      (current.pathname !== next.pathname || !sameValue(current.search, next.search)) && hasEdits(),
    enableBeforeUnload: hasEdits,
    withResolver: true,
  });
  return (
    <Modal
      opened={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave without deploying?"
      closeButtonProps={{ "aria-label": "Stay here" }}
    >
      <Text size="sm">What you changed here is not deployed and will be lost.</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
