import {
  Button,
  Group,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  useMantineColorScheme,
} from "@mantine/core";
import type { ApiToken } from "@slipway/contracts/api/identity";
import { type FormEvent, type ReactNode, useState } from "react";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ShownToken } from "#components/shown-token.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { useApiTokens, useCreateApiToken, useMe, useRevokeApiToken } from "#data/identity.ts";

/** The caller's own: API tokens and theme. */
export function AccountPage(): ReactNode {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page title="Account">
      <Stack maw={860}>
        <Section title="You">
          <Text size="sm">
            Signed in as <b>{me.username}</b>
            {me.administrator ? ", administrator of this Slipway" : ""}.
            {me.groups.length > 0
              ? ` Groups: ${me.groups.map(({ name, displayName, role }) => `${displayName || name} (${role})`).join(", ")}.`
              : " You are in no group yet."}
          </Text>
        </Section>
        <Section title="Theme">
          <SegmentedControl
            aria-label="Theme"
            value={colorScheme}
            onChange={(next) => setColorScheme(next === "light" || next === "dark" ? next : "auto")}
            data={[
              { value: "auto", label: "Like the system" },
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
            ]}
          />
        </Section>
        <Tokens />
      </Stack>
    </Page>
  );
}

function Tokens() {
  const tokens = useApiTokens();
  const create = useCreateApiToken();
  const revoke = useRevokeApiToken();
  const [name, setName] = useState("");
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== "") create.mutate(name.trim(), { onSuccess: () => setName("") });
  }
  return (
    <Section title="API tokens">
      <Stack>
        <Text size="sm" c="dimmed">
          For programs and the command line: they may do what you may do. Send one as{" "}
          <code>Authorization: Bearer …</code>.
        </Text>
        <form onSubmit={submit}>
          <Group align="flex-end">
            <TextInput
              label="New token"
              description="Name what it is for."
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              w={{ base: "100%", xs: 320 }}
              maxLength={100}
            />
            <Button type="submit" variant="default" loading={create.isPending}>
              Create token
            </Button>
          </Group>
        </form>
        <FailedAction error={create.error ?? revoke.error ?? tokens.error} />
        {create.data ? (
          <ShownToken title={`The token “${create.data.name}”`} token={create.data.token} />
        ) : null}
        {tokens.data === undefined ? (
          tokens.error ? null : (
            <PagePending rows={2} />
          )
        ) : tokens.data.items.length === 0 ? (
          <Text size="sm" c="dimmed">
            You have no API tokens.
          </Text>
        ) : (
          <DataTable
            label="API tokens"
            rows={tokens.data.items}
            rowKey={({ id }) => id}
            columns={columns((token) => revoke.mutate(token.id))}
          />
        )}
      </Stack>
    </Section>
  );
}

function columns(onRevoke: (token: ApiToken) => void): Column<ApiToken>[] {
  return [
    { key: "name", title: "Name", cell: ({ name }) => name },
    { key: "createdAt", title: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      key: "lastUsedAt",
      title: "Last used",
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : <Time at={lastUsedAt} />),
    },
    {
      key: "action",
      title: "Action",
      align: "last-action",
      cell: (token) => (
        <ConfirmButton
          label="Revoke"
          what={`token ${token.name}`}
          effect="Programs that use it are refused at once."
          onConfirm={() => onRevoke(token)}
        />
      ),
    },
  ];
}
