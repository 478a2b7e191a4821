import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { groupRequestSchema, type Group as SlipwayGroup } from "@slipway/contracts/api/identity";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PageLink } from "#components/links.tsx";
import { PagePending } from "#components/page-states.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { useCreateGroup, useGroups } from "#data/identity.ts";
import { plural } from "#lib/format.ts";

const COLUMNS: Column<SlipwayGroup>[] = [
  {
    key: "name",
    title: "Group",
    cell: ({ name, displayName }) => (
      <PageLink to="/g/$group/settings" params={{ group: name }}>
        {displayName || name}
      </PageLink>
    ),
  },
  { key: "id", title: "Name in URLs", cell: ({ name }) => <span className="mono">{name}</span> },
  { key: "members", title: "Members", cell: ({ members }) => plural(members.length, "member") },
  {
    key: "mlflow",
    title: "MLflow",
    cell: ({ mlflowConfigured }) => (mlflowConfigured ? "configured" : "not configured"),
  },
  { key: "createdAt", title: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
];

/** The teams. */
export function GroupsSection() {
  const groups = useGroups();
  const [adding, { open, close }] = useDisclosure();
  return (
    <Section
      title="Groups"
      beside={
        <Button size="compact-sm" variant="default" onClick={open}>
          Add group
        </Button>
      }
    >
      <FailedAction error={groups.error} />
      {groups.data ? (
        <DataTable label="Groups" rows={groups.data.items} rowKey={({ name }) => name} columns={COLUMNS} />
      ) : groups.error ? null : (
        <PagePending rows={2} />
      )}
      <Modal opened={adding} onClose={close} title="Add group" closeButtonProps={{ "aria-label": "Close" }}>
        <NewGroup onDone={close} />
      </Modal>
    </Section>
  );
}

function NewGroup({ onDone }: { onDone: () => void }) {
  const create = useCreateGroup();
  const form = useForm({
    initialValues: { name: "", displayName: "" },
    validate: schemaResolver(groupRequestSchema.pick({ name: true }), { sync: true }),
    validateInputOnBlur: true,
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ name, displayName }) =>
        create.mutate(
          { name, ...(displayName.trim() === "" ? {} : { displayName: displayName.trim() }) },
          { onSuccess: onDone },
        ),
      )}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Part of URLs: lower case letters, digits and hyphens."
          data-autofocus
          {...form.getInputProps("name")}
        />
        <TextInput label="Display name" description="Optional." {...form.getInputProps("displayName")} />
        <FailedAction error={create.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Add group
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
