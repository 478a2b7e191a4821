import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartColours } from "#components/chart-options.ts";
import { formatAlike } from "#lib/alike-numbers.ts";
import type { SeriesOrder, SeriesPoint } from "#lib/metric-series.ts";

const HEIGHT = 240;
const FONT = "12px system-ui, sans-serif";
const AXIS_WIDTH = 72;
/** Labels of chosen versions that would be closer share their place with none. */
const LABEL_GAP_PX = 26;
const dayOfMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const timeOfDay = new Intl.DateTimeFormat("en-GB", {
  ...{ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
});
const second = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

interface VersionPlotProps {
  /** What it shows, in words, for those who do not see it. */
  description: string;
  /** The same array as long as nothing has changed. */
  points: SeriesPoint[];
  order: SeriesOrder;
  line: string;
  /** Of what is compared. */
  accent: string;
  colours: ChartColours;
  /** Called with the place of the point that is pointed at, null when none is. */
  onPoint: (index: number | null) => void;
}

/** A value for each version, on a canvas; those that are compared are larger and named. */
export function VersionPlot(props: VersionPlotProps) {
  const { description, points, order, line, accent, colours, onPoint } = props;
  const { ref: sized, width } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const told = useRef(onPoint);
  const hasRoom = width > 0;

  useEffect(() => {
    told.current = onPoint;
  });

  useEffect(() => {
    if (box.current === null || !hasRoom) return;
    const chart = new uPlot(
      { ...plotOptions({ points, order, line, accent, colours, told }), width, height: HEIGHT },
      [
        points.map(({ x }) => x),
        points.map(({ y }) => y),
        points.map(({ y, chosen }) => (chosen ? y : null)),
      ],
      box.current,
    );
    return () => chart.destroy();
  }, [points, order, line, accent, colours, hasRoom, width]);

  return (
    <div ref={sized} style={{ height: HEIGHT, minWidth: 0, overflow: "hidden" }}>
      <div ref={box} role="img" aria-label={description} />
    </div>
  );
}

type PlotLook = Pick<VersionPlotProps, "points" | "order" | "line" | "accent" | "colours"> & {
  told: { current: VersionPlotProps["onPoint"] };
};

function plotOptions(look: PlotLook): Omit<uPlot.Options, "width" | "height"> {
  const { points, line, accent, told } = look;
  return {
    legend: { show: false },
    scales: {
      x: { time: false, range: (_chart, min, max) => padded(min, max) },
      y: { range: (_chart, min, max) => padded(min, max) },
    },
    axes: axesOf(look),
    series: [
      {},
      {
        ...{ stroke: line, width: 1.5, spanGaps: true },
        points: { show: points.length <= 200, size: 5, fill: line },
      },
      { stroke: accent, width: 0, points: { show: true, size: 11, fill: accent } },
    ],
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 8 } },
    padding: [20, 22, 0, 0],
    hooks: {
      setCursor: [({ cursor }) => told.current((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))],
      draw: [(chart) => drawLabels(chart, look)],
    },
  };
}

/** Room beside the outermost points, also where all are alike. */
function padded(min: number, max: number): [number, number] {
  const room = max > min ? (max - min) * 0.06 : Math.abs(max) * 0.1 || 1;
  return [min - room, max + room];
}

function axesOf({ colours, order }: PlotLook): uPlot.Axis[] {
  const common = { font: FONT, stroke: colours.text, ticks: { show: false } };
  return [
    {
      ...common,
      grid: { show: false },
      space: order === "version" ? 40 : 100,
      incrs: order === "version" ? WHOLE_STEPS : TIME_STEPS,
      values: (_chart, splits, _axis, _space, step) =>
        splits.map((split) => (order === "version" ? versionTick(split) : timeTick(split, step))),
    },
    {
      ...common,
      grid: { stroke: colours.grid, width: 1 },
      size: AXIS_WIDTH,
      space: 34,
      values: (_chart, splits) => formatAlike(splits.map((split) => Number(split.toPrecision(12)))),
    },
  ];
}

/** There is no version between two numbers. */
const WHOLE_STEPS = [1, 2, 5]
  .flatMap((step) => [1, 10, 100, 1_000, 10_000].map((power) => step * power))
  .sort((a, b) => a - b);

/** From a second to a year. */
const TIME_STEPS = [1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200].concat(
  [1, 2, 7, 14, 30, 90, 365].map((days) => days * DAY_SECONDS),
);

function versionTick(split: number): string {
  return Number.isInteger(split) && split > 0 ? `v${split}` : "";
}

function timeTick(seconds: number, step: number): string {
  const format = step >= DAY_SECONDS ? dayOfMonth : step >= MINUTE_SECONDS ? timeOfDay : second;
  return format.format(seconds * 1_000);
}

function drawLabels(chart: uPlot, { points, colours }: PlotLook): void {
  const { ctx } = chart;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.fillStyle = colours.text;
  ctx.font = `${600} ${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  let last = Number.NEGATIVE_INFINITY;
  for (const { x, y, version, chosen } of points) {
    if (!chosen || y === null) continue;
    const left = chart.valToPos(x, "x", true);
    if (left - last < LABEL_GAP_PX * ratio) continue;
    ctx.fillText(`v${version}`, left, chart.valToPos(y, "y", true) - 10 * ratio);
    last = left;
  }
  ctx.restore();
}
