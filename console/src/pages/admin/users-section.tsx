import { Button, Group, Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { User } from "@slipway/contracts/api/identity";
import { useState } from "react";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PagePending } from "#components/page-states.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { useMe, useRemoveUser, useSetPassword, useUsers } from "#data/identity.ts";
import { NewPassword, NewUser } from "./user-forms.tsx";

/** Who may sign in. */
export function UsersSection() {
  const { username: own } = useMe();
  const users = useUsers();
  const remove = useRemoveUser();
  const setPassword = useSetPassword();
  const [adding, { open, close }] = useDisclosure();
  const [target, setTarget] = useState<string | null>(null);
  const columns: Column<User>[] = [
    { key: "username", title: "User", cell: ({ username }) => username },
    {
      key: "administrator",
      title: "Role",
      cell: ({ administrator }) => (administrator ? "Administrator" : "User"),
    },
    { key: "createdAt", title: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      key: "action",
      title: "Action",
      align: "last-action",
      cell: ({ username }) => (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setTarget(username)}
            aria-label={`Set password of ${username}`}
          >
            Set password
          </Button>
          {username === own ? null : (
            <ConfirmButton
              label="Remove"
              what={`user ${username}`}
              effect="They can no longer sign in, and their API tokens stop working. What they deployed keeps serving."
              onConfirm={() => remove.mutate(username)}
            />
          )}
        </Group>
      ),
    },
  ];
  return (
    <Section
      title="Users"
      beside={
        <Button size="compact-sm" variant="default" onClick={open}>
          Add user
        </Button>
      }
    >
      <Stack>
        <FailedAction error={users.error ?? remove.error} />
        {users.data ? (
          <DataTable
            label="Users"
            rows={users.data.items}
            rowKey={({ username }) => username}
            columns={columns}
          />
        ) : users.error ? null : (
          <PagePending rows={2} />
        )}
      </Stack>
      <Modal opened={adding} onClose={close} title="Add user" closeButtonProps={{ "aria-label": "Close" }}>
        <NewUser onDone={close} />
      </Modal>
      <Modal
        opened={target !== null}
        onClose={() => setTarget(null)}
        title={`Set the password of ${target}`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <NewPassword
          error={setPassword.error}
          pending={setPassword.isPending}
          onSubmit={(password) => {
            if (target === null) return;
            setPassword.mutate(
              { username: target, password },
              {
                onSuccess: () => {
                  notifications.show({ color: "green", message: `The password of ${target} is set.` });
                  setTarget(null);
                },
              },
            );
          }}
        />
      </Modal>
    </Section>
  );
}
