import { SimpleGrid, Text } from "@mantine/core";
import type { DeploymentFigures, Figures } from "@slipway/contracts/api/figures";
import { type Column, DataTable } from "#components/data-table.tsx";
import { coldStartWords, formatQuantile, revisionLabel, written } from "#lib/figure-charts.ts";
import { formatBytes, formatLatency, formatNumber, formatShare } from "#lib/format.ts";

/** The whole window in a few numbers. */
export function FiguresSummary({ summary }: { summary: Figures }) {
  const { requests, requestsPerSecond, failed, refused, coldStarts } = summary;
  return (
    <SimpleGrid component="dl" className="figure-tiles" cols={{ base: 2, xs: 3, lg: 6 }} spacing="sm">
      <Tile
        term="Requests"
        value={requests.toLocaleString("en")}
        note={`${formatNumber(requestsPerSecond)} per second on average`}
      />
      <Tile
        term="Failed"
        value={formatShare(failed, requests)}
        note={`${failed.toLocaleString("en")} failed, ${refused.toLocaleString("en")} refused`}
      />
      <Tile
        term="Latency p95"
        value={written(summary.p95Ms, formatQuantile)}
        note={`p50 ${written(summary.p50Ms, formatQuantile)}, p99 ${written(summary.p99Ms, formatQuantile)}`}
      />
      <Tile
        term="Waiting p95"
        value={written(summary.queueP95Ms, formatQuantile)}
        note={`p50 ${written(summary.queueP50Ms, formatQuantile)}`}
      />
      <Tile
        term="Rows per batch"
        value={written(summary.rowsPerBatch, formatNumber)}
        note={`requests per batch: ${written(summary.requestsPerBatch, formatNumber)}`}
      />
      <Tile
        term="Cold starts"
        value={coldStarts.toLocaleString("en")}
        note={coldStartWords(summary) ?? "no replica was started"}
      />
    </SimpleGrid>
  );
}

function Tile({ term, value, note }: { term: string; value: string; note: string }) {
  return (
    <div className="figure-tile">
      <dt>{term}</dt>
      <dd>
        <Text fz="lg" fw={600} lh={1.3}>
          {value}
        </Text>
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      </dd>
    </div>
  );
}

type RevisionFigures = DeploymentFigures["revisions"][number];

/** The same of each revision, side by side. */
export function RevisionFiguresTable({ revisions }: { revisions: RevisionFigures[] }) {
  return (
    <DataTable
      label="Figures by revision"
      rows={revisions}
      rowKey={({ revision }) => String(revision)}
      columns={[
        {
          key: "revision",
          title: "Revision",
          cell: ({ revision }) => <span style={{ whiteSpace: "nowrap" }}>{revisionLabel(revision)}</span>,
        },
        ...FIGURE_COLUMNS,
      ]}
    />
  );
}

/** The figures as columns of a table. */
export const FIGURE_COLUMNS: Column<Figures>[] = [
  numeric("requests", "Requests", ({ requests }) => requests.toLocaleString("en")),
  numeric("rate", "Per second", ({ requestsPerSecond }) => formatNumber(requestsPerSecond)),
  numeric("refused", "Refused", ({ refused }) => refused.toLocaleString("en")),
  numeric("failed", "Failed", ({ failed, requests }) =>
    failed === 0 ? "0" : `${failed.toLocaleString("en")} (${formatShare(failed, requests)})`,
  ),
  numeric("p50", "p50", ({ p50Ms }) => written(p50Ms, formatQuantile)),
  numeric("p95", "p95", ({ p95Ms }) => written(p95Ms, formatQuantile)),
  numeric("p99", "p99", ({ p99Ms }) => written(p99Ms, formatQuantile)),
  numeric("queueP95", "Waiting p95", ({ queueP95Ms }) => written(queueP95Ms, formatQuantile)),
  numeric("rows", "Rows/batch", ({ rowsPerBatch }) => written(rowsPerBatch, formatNumber)),
  numeric("requestsPerBatch", "Requests/batch", ({ requestsPerBatch }) =>
    written(requestsPerBatch, formatNumber),
  ),
  numeric("replicas", "Replicas", ({ replicas }) => String(replicas)),
  numeric("memory", "Memory", ({ memoryBytes }) => written(memoryBytes, formatBytes)),
  numeric("coldStarts", "Cold starts", ({ coldStarts, coldStartMsMax }) =>
    coldStarts === 0 ? "0" : `${coldStarts} (${written(coldStartMsMax, formatLatency)} at most)`,
  ),
];

function numeric(key: string, title: string, cell: (figures: Figures) => string): Column<Figures> {
  return { key, title, align: "numeric", cell };
}
