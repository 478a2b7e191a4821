import { Text } from "@mantine/core";
import type { RequestCounts, Rollout } from "@slipway/contracts/api/rollout";
import { type Column, DataTable } from "#components/data-table.tsx";
import { formatLatency, formatShare, MISSING, plural } from "#lib/format.ts";

/** What each revision did with the requests that came while a rollout ran. */
export function RequestCountsTable({ rollout }: { rollout: Rollout }) {
  const { requests, unserved, revision, fromRevision } = rollout;
  if (requests.length === 0 && unserved === 0) {
    return (
      <Text size="sm" c="dimmed">
        {rollout.state === "running" ? "No request has come yet." : "No request came while it ran."}
      </Text>
    );
  }
  return (
    <>
      <DataTable
        label="Requests by revision"
        rows={requests}
        rowKey={({ revision: number }) => String(number)}
        columns={columns(revision, fromRevision)}
      />
      {unserved > 0 ? (
        <Text size="sm" mt={4}>
          {plural(unserved, "request")} found no replica that could take them (429 and 503).
        </Text>
      ) : null}
    </>
  );
}

function columns(revision: number, fromRevision: number | null): Column<RequestCounts>[] {
  function role(number: number): string {
    return number === revision ? " (new)" : number === fromRevision ? " (before)" : "";
  }
  return [
    {
      key: "revision",
      title: "Revision",
      cell: ({ revision: number }) => `revision ${number}${role(number)}`,
    },
    { key: "served", title: "Served", align: "numeric", cell: ({ served }) => served.toLocaleString("en") },
    {
      key: "refused",
      title: "Refused (4xx)",
      align: "numeric",
      cell: ({ refused }) => refused.toLocaleString("en"),
    },
    {
      key: "failed",
      title: "Failed (5xx)",
      align: "numeric",
      cell: ({ served, refused, failed }) =>
        failed === 0
          ? "0"
          : `${failed.toLocaleString("en")} (${formatShare(failed, served + refused + failed)})`,
    },
    { key: "p50", title: "p50", align: "numeric", cell: ({ p50Ms }) => latency(p50Ms) },
    { key: "p95", title: "p95", align: "numeric", cell: ({ p95Ms }) => latency(p95Ms) },
  ];
}

function latency(ms: number | null): string {
  return ms === null ? MISSING : formatLatency(ms);
}
