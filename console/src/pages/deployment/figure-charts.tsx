import { SimpleGrid, Stack, Text } from "@mantine/core";
import type { DeploymentFigures } from "@slipway/contracts/api/figures";
import { useMemo, useState } from "react";
import type { ChartMarker } from "#components/chart-options.ts";
import { FailedAction } from "#components/failed-action.tsx";
import { useChartLook } from "#components/use-chart-look.ts";
import type { DeploymentRef } from "#data/deployments.ts";
import { useRevisionFigures } from "#data/figures.ts";
import { useRollouts } from "#data/rollouts.ts";
import {
  chartsByRevision,
  chartsOf,
  type FigureChart,
  hasSomething,
  REVISIONS_SHOWN_MAX,
} from "#lib/figure-charts.ts";
import { formatMoment } from "#lib/format.ts";
import { FigureChartView } from "./figure-chart.tsx";

interface ChartsProps {
  deployment: DeploymentRef;
  figures: DeploymentFigures;
}

/** All revisions together. */
export function TogetherCharts({ deployment, figures }: ChartsProps) {
  const charts = useMemo(() => chartsOf(figures), [figures]);
  return <Charts deployment={deployment} figures={figures} charts={charts} />;
}

/** A line for each of the newest revisions that did anything. */
export function RevisionCharts({ deployment, figures }: ChartsProps) {
  const numbers = figures.revisions.map(({ revision }) => revision).slice(0, REVISIONS_SHOWN_MAX);
  const { error, read } = useRevisionFigures(deployment, figures.window, numbers);
  // While another window is read, the figures that are there are of different ones.
  const fitting = read.filter((each) => each.figures.points.length === figures.points.length);
  const charts = chartsByRevision(fitting);
  return (
    <>
      <FailedAction error={error} />
      <Charts deployment={deployment} figures={figures} charts={charts} />
      {figures.revisions.length > REVISIONS_SHOWN_MAX ? (
        <Text size="sm" c="dimmed">
          The {REVISIONS_SHOWN_MAX} newest of {figures.revisions.length} revisions are drawn.
        </Text>
      ) : null}
    </>
  );
}

function Charts({ deployment, figures, charts }: ChartsProps & { charts: FigureChart[] }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const look = useChartLook();
  const times = useMemo(() => figures.points.map(({ at }) => Date.parse(at)), [figures]);
  const markers = useMarkers(deployment, figures);
  const shown = figures.summary.requests > 0 ? charts : charts.filter(hasSomething);
  const atMs = pointed === null ? undefined : times[pointed];
  if (shown.length === 0) return null;
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">
        {atMs === undefined
          ? "Values beside the names are the newest. Point at a moment to read others."
          : `Values are of ${formatMoment(atMs)}.`}
        {markers.length > 0 ? " Dashed lines are rollouts." : ""}
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        {shown.map((chart) => (
          <FigureChartView
            key={chart.key}
            chart={chart}
            times={times}
            markers={markers}
            look={look}
            pointed={pointed}
            onPoint={setPointed}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

/** When rollouts began, within the window, in the order of time. */
function useMarkers(deployment: DeploymentRef, { from, to }: DeploymentFigures): ChartMarker[] {
  const rollouts = useRollouts(deployment).data?.items;
  return useMemo(
    () =>
      (rollouts ?? [])
        .filter(({ startedAt }) => startedAt >= from && startedAt <= to)
        .map(({ startedAt, revision }) => ({ atMs: Date.parse(startedAt), label: `r${revision}` }))
        .sort((a, b) => a.atMs - b.atMs),
    [rollouts, from, to],
  );
}
