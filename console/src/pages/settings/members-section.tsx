import { Autocomplete, Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import type { GroupRole, Group as SlipwayGroup } from "@slipway/contracts/api/identity";
import { type FormEvent, useState } from "react";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { Section } from "#components/value-table.tsx";
import { useChangeGroup, useMe, useUsers } from "#data/identity.ts";

interface Member {
  username: string;
  role: GroupRole;
}

const ROLES = [
  { value: "member", label: "Member: may deploy" },
  { value: "admin", label: "Admin: may also change settings" },
];

/** Who belongs to the group, and as what. */
export function MembersSection({ group }: { group: SlipwayGroup }) {
  const { administrator } = useMe();
  const users = useUsers({ enabled: administrator }).data?.items ?? [];
  const save = useChangeGroup(group.name);
  const [username, setUsername] = useState("");
  const { members, viewerCan } = group;
  function replace(next: Member[]): void {
    save.mutate({ members: next }, { onSuccess: () => setUsername("") });
  }
  function add(event: FormEvent): void {
    event.preventDefault();
    const name = username.trim();
    if (name !== "" && !members.some((member) => member.username === name))
      replace([...members, { username: name, role: "member" }]);
  }
  const columns: Column<Member>[] = [
    { key: "username", title: "User", cell: (member) => member.username },
    {
      key: "role",
      title: "Role",
      cell: (member) =>
        viewerCan.administer ? (
          <NativeSelect
            aria-label={`Role of ${member.username}`}
            size="xs"
            w={240}
            data={ROLES}
            value={member.role}
            disabled={save.isPending}
            onChange={(event) => {
              const role = event.currentTarget.value === "admin" ? "admin" : "member";
              replace(
                members.map((other) => (other.username === member.username ? { ...other, role } : other)),
              );
            }}
          />
        ) : (
          member.role
        ),
    },
  ];
  if (viewerCan.administer) {
    columns.push({
      key: "action",
      title: "Action",
      align: "last-action",
      cell: (member) => (
        <ConfirmButton
          label="Remove"
          what={`${member.username} from the group`}
          effect="They no longer see this group's models and deployments."
          onConfirm={() => replace(members.filter((other) => other.username !== member.username))}
        />
      ),
    });
  }
  return (
    <Section title="Members">
      <Stack>
        {members.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nobody is a member yet; administrators of Slipway see every group.
          </Text>
        ) : (
          <DataTable label="Members" rows={members} rowKey={(member) => member.username} columns={columns} />
        )}
        {viewerCan.administer ? (
          <form onSubmit={add}>
            <Group align="flex-end">
              <Autocomplete
                label="Add a member"
                placeholder="user name"
                value={username}
                onChange={setUsername}
                data={users
                  .map((user) => user.username)
                  .filter((name) => !members.some((member) => member.username === name))}
                w={{ base: "100%", xs: 280 }}
              />
              <Button type="submit" variant="default" loading={save.isPending}>
                Add member
              </Button>
            </Group>
          </form>
        ) : null}
        <FailedAction error={save.error} />
      </Stack>
    </Section>
  );
}
