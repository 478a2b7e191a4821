import { Group, Paper, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import type { ChartMarker } from "#components/chart-options.ts";
import { TimeChart } from "#components/time-chart.tsx";
import type { ChartLook } from "#components/use-chart-look.ts";
import { describeChart, type FigureChart, written } from "#lib/figure-charts.ts";

const SYNC_KEY = "figures";

interface FigureChartProps {
  chart: FigureChart;
  times: number[];
  markers: ChartMarker[];
  look: ChartLook;
  /** The place of the moment that is pointed at in any of the charts. */
  pointed: number | null;
  onPoint: (index: number | null) => void;
}

/** One chart with its legend, which tells the values of the moment that is pointed at, else the newest. */
export function FigureChartView({ chart, times, markers, look, pointed, onPoint }: FigureChartProps) {
  const { title, note, format, tick, detail } = chart;
  const lines = useMemo(
    () => chart.lines.map((line) => ({ ...line, colour: look.lines[line.colour] })),
    [chart, look],
  );
  const index = pointed ?? times.length - 1;
  const more = detail?.(index) ?? null;
  return (
    <Paper withBorder p="sm" component="section" style={{ minWidth: 0 }}>
      <Group gap="xs" align="baseline">
        <Title order={2} size="h3">
          {title}
        </Title>
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      </Group>
      <div className="chart-legend">
        {lines.map(({ label, colour, shape, values }) => (
          <span key={label}>
            <span aria-hidden className="chart-swatch" data-shape={shape} style={{ background: colour }} />
            {label} <strong>{written(values[index], format)}</strong>
          </span>
        ))}
        {more === null ? null : <span>{more}</span>}
      </div>
      <TimeChart
        description={describeChart(chart)}
        times={times}
        lines={lines}
        markers={markers}
        colours={look.colours}
        tick={tick}
        syncKey={SYNC_KEY}
        onPoint={onPoint}
      />
    </Paper>
  );
}
