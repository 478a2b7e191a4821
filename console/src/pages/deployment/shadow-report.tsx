import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ShadowReport } from "@slipway/contracts/api/rollout";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FactList } from "#components/fact-list.tsx";
import { formatMetric, formatShare } from "#lib/format.ts";

const EXAMPLES_FIRST = 4;

type Example = ShadowReport["examples"][number];

/** What mirrored requests showed: how often and where the predictions differ. */
export function ShadowReportView({ report }: { report: ShadowReport }) {
  const { mirrored, dropped, compared, failed, differingRequests, rows, differingRows } = report;
  const counts = [mirrored, dropped, compared, failed].map((count) => count.toLocaleString("en"));
  return (
    <Stack gap="sm">
      <FactList
        facts={[
          ["Mirrored", `${counts[0]} requests`],
          ["Not mirrored", dropped > 0 ? `${counts[1]}, because the new revision was busy` : null],
          ["Compared", `${counts[2]} requests, ${rows.toLocaleString("en")} rows`],
          ["Failed", failed > 0 ? `${counts[3]} had no prediction from the new revision` : "none"],
          [
            "Differing rows",
            `${differingRows.toLocaleString("en")} (${formatShare(differingRows, rows)}), in ${differingRequests.toLocaleString("en")} requests`,
          ],
          [
            "Largest difference",
            report.largestDifference === null ? null : formatMetric(report.largestDifference),
          ],
        ]}
      />
      {report.examples.length > 0 ? <Examples examples={report.examples} /> : null}
    </Stack>
  );
}

function Examples({ examples }: { examples: Example[] }) {
  const [all, { toggle }] = useDisclosure(false);
  return (
    <div>
      <Text size="sm" fw={600}>
        The first rows that differed
      </Text>
      <DataTable
        label="Rows that differed"
        rows={all ? examples : examples.slice(0, EXAMPLES_FIRST)}
        rowKey={({ requestId, row }) => `${requestId} ${row}`}
        columns={COLUMNS}
      />
      {examples.length > EXAMPLES_FIRST ? (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={toggle} aria-expanded={all}>
          {all ? "Show fewer" : `Show all ${examples.length}`}
        </Button>
      ) : null}
    </div>
  );
}

const COLUMNS: Column<Example>[] = [
  { key: "input", title: "Input", cell: ({ input }) => <Cut text={input} /> },
  { key: "old", title: "Old answer", cell: ({ old }) => <Cut text={old} /> },
  { key: "new", title: "New answer", cell: (example) => <Cut text={example.new} /> },
  { key: "row", title: "Row", align: "numeric", cell: ({ row }) => row },
  { key: "request", title: "Request", cell: ({ requestId }) => <Cut text={requestId} /> },
];

function Cut({ text }: { text: string }) {
  return (
    <div className="mono one-line" style={{ maxWidth: 280 }} title={text}>
      {text}
    </div>
  );
}
