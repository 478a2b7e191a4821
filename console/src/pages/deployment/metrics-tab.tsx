import { Alert, Group, SegmentedControl, Stack, Switch } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import type { DeploymentFigures, FiguresWindow } from "@slipway/contracts/api/figures";
import { IconInfoCircle } from "@tabler/icons-react";
import { DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PagePending } from "#components/page-states.tsx";
import { Section } from "#components/value-table.tsx";
import { useFigures } from "#data/figures.ts";
import { formatMoment, formatUtc } from "#lib/format.ts";
import { RevisionCharts, TogetherCharts } from "./figure-charts.tsx";
import { FIGURE_COLUMNS, FiguresSummary, RevisionFiguresTable } from "./figures-summary.tsx";
import { NoRequests } from "./no-requests.tsx";
import { useView } from "./use-view.ts";
import "./metrics-tab.css";

interface WindowChoice {
  value: FiguresWindow;
  label: string;
  words: string;
}

const HOUR: WindowChoice = { value: "1h", label: "1 hour", words: "the last hour" };
const WINDOWS: WindowChoice[] = [
  HOUR,
  { value: "24h", label: "24 hours", words: "the last 24 hours" },
  { value: "7d", label: "7 days", words: "the last 7 days" },
];
const VIEWS = [
  { value: "charts", label: "Charts" },
  { value: "table", label: "Table" },
];

/** What the deployment did over time, live: how much, how well, how fast, at what cost. */
export function MetricsTab({ deployment }: { deployment: Deployment }) {
  const { search, change } = useView();
  const { value } = choiceOf(search.window);
  const query = useFigures(deployment, value);
  const figures = query.data;
  const asTable = search.as === "table";
  const split = search.split === "revision" ? "by revision" : "together";
  return (
    <Stack>
      <Group gap="md">
        <SegmentedControl
          aria-label="Window"
          size="xs"
          data={WINDOWS.map(({ words: _, ...choice }) => choice)}
          value={value}
          onChange={(next) => change({ window: next === HOUR.value ? undefined : next })}
        />
        <SegmentedControl
          aria-label="Show as"
          size="xs"
          data={VIEWS}
          value={asTable ? "table" : "charts"}
          onChange={(next) => change({ as: next === "table" ? next : undefined })}
        />
        {asTable ? null : (
          <Switch
            label="By revision"
            checked={split === "by revision"}
            onChange={(event) => change({ split: event.currentTarget.checked ? "revision" : undefined })}
          />
        )}
      </Group>
      <FailedAction error={query.error} />
      {figures === undefined && query.error === null ? <PagePending rows={3} /> : null}
      {figures === undefined ? null : (
        <Stack style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }} aria-busy={query.isPlaceholderData}>
          <Shown deployment={deployment} figures={figures} view={asTable ? "table" : split} />
        </Stack>
      )}
    </Stack>
  );
}

interface ShownProps {
  deployment: Deployment;
  figures: DeploymentFigures;
  view: "table" | "together" | "by revision";
}

function Shown({ deployment, figures, view }: ShownProps) {
  const { summary, revisions, live, window } = figures;
  const { words } = choiceOf(window);
  return (
    <>
      {live ? null : <NotLive />}
      {summary.requests === 0 ? (
        <NoRequests deployment={deployment} words={words} />
      ) : (
        <FiguresSummary summary={summary} />
      )}
      {view === "table" ? <PointsTable figures={figures} /> : null}
      {view === "together" ? <TogetherCharts deployment={deployment} figures={figures} /> : null}
      {view === "by revision" ? <RevisionCharts deployment={deployment} figures={figures} /> : null}
      {revisions.length > 1 ? (
        <Section title={`By revision, ${words}`}>
          <RevisionFiguresTable revisions={revisions} />
        </Section>
      ) : null}
    </>
  );
}

function choiceOf(window: string | undefined): WindowChoice {
  return WINDOWS.find(({ value }) => value === window) ?? HOUR;
}

function NotLive() {
  return (
    <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="These figures may be out of date">
      The data plane does not answer. What is shown is what it had told before.
    </Alert>
  );
}

/** Everything that the charts show, and more, as numbers; the newest first. */
function PointsTable({ figures: { points } }: { figures: DeploymentFigures }) {
  return (
    <div className="long-table">
      <DataTable
        label="Figures by time"
        rows={points.toReversed()}
        rowKey={({ at }) => at}
        columns={[{ key: "at", title: "From", cell: ({ at }) => <Moment at={at} /> }, ...FIGURE_COLUMNS]}
      />
    </div>
  );
}

function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatUtc(at)} style={{ whiteSpace: "nowrap" }}>
      {formatMoment(Date.parse(at))}
    </time>
  );
}
