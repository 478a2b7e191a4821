import { Alert, Stack, Text } from "@mantine/core";
import type { Client } from "@slipway/contracts/api/client";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { IconClockX } from "@tabler/icons-react";
import { useState } from "react";
import { type Column, DataTable } from "#components/data-table.tsx";
import { EmptyPage } from "#components/empty-page.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ShownToken } from "#components/shown-token.tsx";
import { Sign } from "#components/sign.tsx";
import { Time } from "#components/time.tsx";
import { useNowMs } from "#components/use-now.ts";
import { useClients, useRevokeClient } from "#data/clients.ts";
import { expiryWords, limitWords } from "#lib/client-words.ts";
import { formatExact, formatUtc } from "#lib/format.ts";
import { ClientActions } from "./client-actions.tsx";
import { ClientForm } from "./client-form.tsx";

/** The named callers of a private endpoint. */
export function ClientsTab({ deployment }: { deployment: Deployment }) {
  const { group, id, access } = deployment;
  const clients = useClients({ group, id });
  const revoke = useRevokeClient({ group, id });
  const [shown, setShown] = useState<{ name: string; token: string } | null>(null);
  const items = clients.data?.items;
  return (
    <Stack>
      {access === "public" ? (
        <Alert color="yellow">
          This endpoint is public: it answers everyone. Clients matter once it is private again.
        </Alert>
      ) : null}
      <ClientForm deployment={{ group, id }} onCreated={setShown} />
      <FailedAction error={revoke.error ?? clients.error} />
      {shown === null ? null : (
        <ShownToken title={`The token of client “${shown.name}”`} token={shown.token} />
      )}
      {items === undefined && !clients.error ? <PagePending rows={2} /> : null}
      {items?.length === 0 ? <NoClients isPublic={access === "public"} /> : null}
      {items !== undefined && items.length > 0 ? (
        <DataTable
          label="Clients"
          rows={items}
          rowKey={(client) => client.name}
          columns={[
            ...COLUMNS,
            {
              key: "action",
              title: "Action",
              align: "last-action",
              cell: (client) => (
                <ClientActions
                  deployment={{ group, id }}
                  client={client}
                  onRotated={setShown}
                  onRevoke={({ name }) => {
                    revoke.mutate(name);
                    if (shown?.name === name) setShown(null);
                  }}
                />
              ),
            },
          ]}
        />
      ) : null}
    </Stack>
  );
}

function NoClients({ isPublic }: { isPublic: boolean }) {
  return (
    <EmptyPage title="There are no clients">
      <Text size="sm">
        {isPublic
          ? "Nobody needs one while the endpoint is public."
          : "Nobody can call this endpoint while it is private."}{" "}
        Add one client for each program or person that calls, so that you see who uses the endpoint and can
        shut out one without the others. A client's name and token go into HTTP Basic, or its token alone into
        the header <code>Authorization: Bearer …</code>.
      </Text>
    </EmptyPage>
  );
}

const COLUMNS: Column<Client>[] = [
  {
    key: "name",
    title: "Client",
    cell: ({ name }) => (
      <div className="one-line" style={{ maxWidth: 220 }} title={name}>
        {name}
      </div>
    ),
  },
  { key: "token", title: "Token", cell: (client) => <Token client={client} /> },
  {
    key: "createdAt",
    title: "Added",
    cell: ({ createdAt, createdBy }) => (
      <span style={{ whiteSpace: "nowrap" }}>
        <Time at={createdAt} /> by {createdBy}
      </span>
    ),
  },
  { key: "expiresAt", title: "Expires", cell: ({ expiresAt }) => <Expiry at={expiresAt} /> },
  {
    key: "lastUsedAt",
    title: "Last used",
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : <Time at={lastUsedAt} />),
  },
  {
    key: "limit",
    title: "Limit",
    cell: ({ requestsPerMinute }) => (
      <span style={{ whiteSpace: "nowrap" }}>{limitWords(requestsPerMinute)}</span>
    ),
  },
];

function Token({ client: { tokenPrefix, previousTokenExpiresAt } }: { client: Client }) {
  return (
    <>
      <span className="mono" style={{ whiteSpace: "nowrap" }}>
        {tokenPrefix}…
      </span>
      {previousTokenExpiresAt === null ? null : (
        <Text size="xs" c="dimmed">
          the one before stops <Time at={previousTokenExpiresAt} />
        </Text>
      )}
    </>
  );
}

function Expiry({ at }: { at: string | null }) {
  const nowMs = useNowMs();
  const words = expiryWords(at, nowMs);
  if (at === null) return words;
  const gone = Date.parse(at) <= nowMs;
  return (
    <>
      <span title={`${formatExact(at)} · ${formatUtc(at)}`} style={{ whiteSpace: "nowrap" }}>
        {gone ? <Sign look={{ icon: IconClockX, word: words, tone: "bad" }} /> : words}
      </span>
      <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {formatExact(at)}
      </Text>
    </>
  );
}
