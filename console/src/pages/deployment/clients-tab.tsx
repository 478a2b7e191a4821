import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Client } from "@slipway/contracts/api/client";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { clientNameSchema } from "@slipway/contracts/ids";
import { type FormEvent, useState } from "react";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ShownToken } from "#components/shown-token.tsx";
import { Time } from "#components/time.tsx";
import { useClients, useCreateClient, useRemoveClient } from "#data/deployments.ts";

/** The named callers of a private endpoint. */
export function ClientsTab({ deployment }: { deployment: Deployment }) {
  const { group, id, access } = deployment;
  const clients = useClients({ group, id });
  const create = useCreateClient({ group, id });
  const remove = useRemoveClient({ group, id });
  const [name, setName] = useState("");
  const [tried, { open: setTried, close: clearTried }] = useDisclosure();
  const issue =
    name === "" && !tried ? null : (clientNameSchema.safeParse(name).error?.issues[0]?.message ?? null);
  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried();
    if (!clientNameSchema.safeParse(name).success) return;
    create.mutate(name, {
      onSuccess: () => {
        setName("");
        clearTried();
      },
    });
  }
  return (
    <Stack>
      {access === "public" ? (
        <Alert color="yellow">
          This endpoint is public: it answers everyone. Clients matter once it is private again.
        </Alert>
      ) : null}
      <form onSubmit={submit} noValidate>
        <Group align="flex-end">
          <TextInput
            label="New client"
            description="Name the program or person that calls."
            value={name}
            error={issue}
            onChange={(event) => setName(event.currentTarget.value)}
            w={{ base: "100%", xs: 320 }}
          />
          <Button type="submit" variant="default" loading={create.isPending}>
            Add client
          </Button>
        </Group>
      </form>
      <FailedAction error={create.error ?? remove.error ?? clients.error} />
      {create.data ? (
        <ShownToken title={`The token of client “${create.data.name}”`} token={create.data.token} />
      ) : null}
      {clients.data === undefined ? (
        clients.error ? null : (
          <PagePending rows={2} />
        )
      ) : clients.data.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          There are no clients: nobody can call this endpoint while it is private.
        </Text>
      ) : (
        <DataTable
          label="Clients"
          rows={clients.data.items}
          rowKey={(client) => client.name}
          columns={columns((client) => remove.mutate(client.name))}
        />
      )}
    </Stack>
  );
}

function columns(onRemove: (client: Client) => void): Column<Client>[] {
  return [
    { key: "name", title: "Client", cell: ({ name }) => name },
    { key: "createdAt", title: "Added", cell: ({ createdAt }) => <Time at={createdAt} /> },
    { key: "createdBy", title: "By", cell: ({ createdBy }) => createdBy },
    {
      key: "action",
      title: "Action",
      align: "last-action",
      cell: (client) => (
        <ConfirmButton
          label="Remove"
          what={`client ${client.name}`}
          effect="Its token stops working at once."
          onConfirm={() => onRemove(client)}
        />
      ),
    },
  ];
}
