import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { groupRequestSchema, type Group as SlipwayGroup } from "@slipway/contracts/api/identity";
import { useState } from "react";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PageLink } from "#components/links.tsx";
import { PagePending } from "#components/page-states.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { useCreateGroup, useGroups } from "#data/identity.ts";
import { plural } from "#lib/format.ts";
import { describeQuotas } from "#lib/quota-lines.ts";
import { QuotasForm } from "./quotas-form.tsx";

/** The teams, with what each may have at most. */
export function GroupsSection() {
  const groups = useGroups();
  const [adding, { open, close }] = useDisclosure();
  const [quotasOf, setQuotasOf] = useState<SlipwayGroup | null>(null);
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
        <DataTable
          label="Groups"
          rows={groups.data.items}
          rowKey={({ name }) => name}
          columns={columns(setQuotasOf)}
        />
      ) : groups.error ? null : (
        <PagePending rows={2} />
      )}
      <Modal opened={adding} onClose={close} title="Add group" closeButtonProps={{ "aria-label": "Close" }}>
        <NewGroup onDone={close} />
      </Modal>
      <Modal
        opened={quotasOf !== null}
        onClose={() => setQuotasOf(null)}
        title={`Quotas of ${quotasOf?.displayName || quotasOf?.name}`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {quotasOf === null ? null : <QuotasForm group={quotasOf} onDone={() => setQuotasOf(null)} />}
      </Modal>
    </Section>
  );
}

function columns(onSetQuotas: (group: SlipwayGroup) => void): Column<SlipwayGroup>[] {
  return [
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
    { key: "quotas", title: "Quotas", cell: ({ quotas }) => describeQuotas(quotas) },
    { key: "createdAt", title: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      key: "action",
      title: "Action",
      align: "last-action",
      cell: (group) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onSetQuotas(group)}
          aria-label={`Set quotas of ${group.name}`}
        >
          Set quotas
        </Button>
      ),
    },
  ];
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
