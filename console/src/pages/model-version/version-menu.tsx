import { ActionIcon, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconDots, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { AskModal } from "#components/ask-modal.tsx";
import { ConcernedAlert } from "#components/registry-edit/concerned-alert.tsx";
import { useGroup } from "#data/identity.ts";
import { concernedBy, useDeleteVersion } from "#data/registry-edits.ts";

interface VersionMenuProps {
  group: string;
  name: string;
  version: string;
  aliases: string[];
}

/** What is seldom done to a version; nothing for those who may not. */
export function VersionMenu(props: VersionMenuProps) {
  const mayDelete = useGroup(props.group).data?.viewerCan.administer ?? false;
  const [opened, { open, close }] = useDisclosure();
  if (!mayDelete) return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label="More actions">
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={open}
          >
            Delete version…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {opened ? <DeleteVersionModal {...props} onClose={close} /> : null}
    </>
  );
}

function DeleteVersionModal({
  group,
  name,
  version,
  aliases,
  onClose,
}: VersionMenuProps & { onClose: () => void }) {
  const remove = useDeleteVersion({ group, name, version });
  const navigate = useNavigate();
  const concerned = concernedBy(remove.error);
  function submit(): void {
    remove.mutate(concerned.length > 0, {
      onSuccess: () => {
        notifications.show({ message: `Version ${version} of ${name} is deleted.` });
        void navigate({ to: "/g/$group/models/$name", params: { group, name } });
      },
    });
  }
  return (
    <AskModal
      opened
      onClose={onClose}
      title={`Delete version ${version} of ${name}?`}
      confirm={concerned.length > 0 ? "Delete it all the same" : "Delete"}
      color="red"
      pending={remove.isPending}
      error={concerned.length > 0 ? null : remove.error}
      onConfirm={submit}
    >
      <Text size="sm" className="break-anywhere">
        MLflow forgets the version for good, also for everybody else
        {aliases.length === 0 ? "" : `, and with it ${aliases.map((alias) => `@${alias}`).join(", ")}`}. Its
        run and its files stay.
      </Text>
      <ConcernedAlert group={group} concerned={concerned} />
    </AskModal>
  );
}
