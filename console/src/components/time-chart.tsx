import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type ChartColours, type ChartMarker, chartOptions, type DrawnLine } from "./chart-options.ts";

const HEIGHT = 170;

interface TimeChartProps {
  /** What it shows, in words, for those who do not see it. */
  description: string;
  /** In ms, ascending. The arrays and `colours` are the same ones as long as nothing has changed. */
  times: number[];
  lines: (DrawnLine & { values: (number | null)[] })[];
  markers: ChartMarker[];
  colours: ChartColours;
  /** Writes a value beside the axis. */
  tick: (value: number) => string;
  /** Charts of the same name show the same moment. */
  syncKey: string;
  /** Called with the place of the moment that is pointed at, null when none is. */
  onPoint: (index: number | null) => void;
}

/** Lines over time, drawn on a canvas. Values of a moment are for the caller to show: see `onPoint`. */
export function TimeChart(props: TimeChartProps) {
  const { description, times, lines, markers, colours, tick, syncKey } = props;
  const { ref: sized, width } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const latest = useRef(props);
  const look = JSON.stringify(lines.map(({ label, colour, shape }) => [label, colour, shape]));
  const hasRoom = width > 0;

  useEffect(() => {
    latest.current = props;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another look makes another chart; data and width follow below
  useEffect(() => {
    if (box.current === null || !hasRoom) return;
    const options = chartOptions({
      lines,
      colours,
      tick,
      syncKey,
      markers: () => latest.current.markers,
      onPoint: (index) => latest.current.onPoint(index),
    });
    const drawn = new uPlot({ ...options, width, height: HEIGHT }, alignedData(times, lines), box.current);
    chart.current = drawn;
    return () => {
      drawn.destroy();
      chart.current = undefined;
    };
  }, [look, colours, tick, syncKey, hasRoom]);

  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height: HEIGHT });
  }, [width]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: markers are drawn with the data
  useEffect(() => {
    chart.current?.setData(alignedData(times, lines));
  }, [times, lines, markers]);

  return (
    <div ref={sized} style={{ height: HEIGHT, minWidth: 0 }}>
      <div ref={box} role="img" aria-label={description} />
    </div>
  );
}

function alignedData(times: number[], lines: TimeChartProps["lines"]): uPlot.AlignedData {
  return [times.map((ms) => ms / 1000), ...lines.map(({ values }) => values)];
}
