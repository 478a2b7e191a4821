import type { Deployment, DeploymentEvent } from "@slipway/contracts/api/deployment";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PagePending } from "#components/page-states.tsx";
import { Time } from "#components/time.tsx";
import { useDeploymentEvents } from "#data/deployments.ts";
import { MISSING } from "#lib/format.ts";

const COLUMNS: Column<DeploymentEvent>[] = [
  { key: "at", title: "When", cell: ({ at }) => <Time at={at} exact /> },
  { key: "actor", title: "Who", cell: ({ actor }) => actor },
  { key: "kind", title: "Event", cell: ({ kind }) => <span className="mono">{kind}</span> },
  { key: "revision", title: "Revision", cell: ({ revision }) => revision ?? MISSING },
  {
    key: "message",
    title: "What happened",
    cell: ({ message }) => <span className="break-anywhere">{message}</span>,
  },
];

/** What has happened to a deployment. */
export function EventsTab({ deployment: { group, id } }: { deployment: Deployment }) {
  const events = useDeploymentEvents({ group, id });
  if (events.error) return <FailedAction error={events.error} />;
  if (!events.data) return <PagePending rows={3} />;
  return (
    <DataTable label="Events" rows={events.data.items} rowKey={({ id: event }) => event} columns={COLUMNS} />
  );
}
