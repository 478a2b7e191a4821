import { Group, Kbd, Modal, Stack, Table, Text } from "@mantine/core";
import { Fragment, useEffect, useSyncExternalStore } from "react";
import { isFreeKey } from "#lib/free-keys.ts";

const SECTIONS: { title: string; keys: [keys: string[], does: string][] }[] = [
  {
    title: "Everywhere",
    keys: [
      [["⌘ K", "Ctrl K"], "Search models, versions, deployments and pages"],
      [["/"], "The filter of the versions, elsewhere the search"],
      [["?"], "This list"],
    ],
  },
  {
    title: "In a table of versions",
    keys: [
      [["↓", "j"], "Next version"],
      [["↑", "k"], "Previous version"],
      [["Enter"], "Open the version"],
      [["Space", "x"], "Select it for comparison, or not any more"],
      [["d"], "Open its Deploy menu"],
    ],
  },
];

let opened = false;
const listeners = new Set<() => void>();

function setOpened(next: boolean): void {
  opened = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens the list of keys. */
export function showKeys(): void {
  setOpened(true);
}

/** The list of keys; `?` opens it anywhere but in a field. */
export function KeysHelp() {
  const isOpened = useSyncExternalStore(subscribe, () => opened);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "?" || !isFreeKey(event)) return;
      event.preventDefault();
      setOpened(true);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <Modal
      opened={isOpened}
      onClose={() => setOpened(false)}
      title="Keys"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        {SECTIONS.map(({ title, keys }) => (
          <Table key={title} captionSide="top" withRowBorders={false} verticalSpacing={4}>
            <Table.Caption ta="left" mt={0}>
              <Text span fw={600} size="sm">
                {title}
              </Text>
            </Table.Caption>
            <Table.Tbody>
              {keys.map(([names, does]) => (
                <Table.Tr key={does}>
                  <Table.Th scope="row" w={120} fw={400}>
                    <Group gap={4} wrap="nowrap">
                      {names.map((name, at) => (
                        <Fragment key={name}>
                          {at === 0 ? null : (
                            <Text span size="xs" c="dimmed">
                              or
                            </Text>
                          )}
                          <Kbd size="xs">{name}</Kbd>
                        </Fragment>
                      ))}
                    </Group>
                  </Table.Th>
                  <Table.Td>{does}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        ))}
      </Stack>
    </Modal>
  );
}
