/** How a chart over time is drawn: axes, lines, markers, and a cursor that charts of the same name share. */
import uPlot from "uplot";

/** How values are drawn: joined, each until the next, or as bars. */
export interface DrawnLine {
  label: string;
  colour: string;
  shape: "line" | "steps" | "bars";
}

/** A moment at which something happened. */
export interface ChartMarker {
  atMs: number;
  label: string;
}

/** Colours of what is not a line. */
export interface ChartColours {
  text: string;
  grid: string;
  marker: string;
}

interface ChartLook {
  lines: DrawnLine[];
  colours: ChartColours;
  /** Writes a value beside the axis. */
  tick: (value: number) => string;
  syncKey: string;
  markers: () => readonly ChartMarker[];
  onPoint: (index: number | null) => void;
}

const FONT = "12px system-ui, sans-serif";
const AXIS_WIDTH = 64;
const AXIS_HEIGHT = 28;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/** Markers that are closer than this share a label. */
const LABEL_GAP_PX = 28;
const timeOfDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayOfMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** Everything but the size and the data. */
export function chartOptions(look: ChartLook): Omit<uPlot.Options, "width" | "height"> {
  return {
    legend: { show: false },
    // Values begin at zero: a chart that is cut off below makes much of little.
    scales: {
      x: { range: (chart, min, max) => [min, max + stepOf(chart)] },
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.1 : 1] },
    },
    axes: axesOf(look),
    series: [{}, ...look.lines.map(seriesOf)],
    cursor: {
      sync: { key: look.syncKey },
      drag: { x: false, y: false },
      y: false,
      points: { size: 7 },
    },
    padding: [14, 22, 0, 0],
    hooks: {
      setCursor: [({ cursor }) => look.onPoint((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))],
      drawClear: [(chart) => drawMarkers(chart, look)],
    },
  };
}

function axesOf({ colours, tick }: ChartLook): uPlot.Axis[] {
  const common = { font: FONT, stroke: colours.text, ticks: { show: false } };
  const grid = { stroke: colours.grid, width: 1 };
  return [
    {
      ...common,
      grid: { show: false },
      size: AXIS_HEIGHT,
      space: 60,
      values: (_chart, splits, _axis, _space, increment) =>
        splits.map((second) => timeLabel(second, increment)),
    },
    { ...common, grid, size: AXIS_WIDTH, space: 30, values: (_chart, splits) => splits.map(tick) },
  ];
}

function timeLabel(second: number, incrementSeconds: number): string {
  const time = new Date(second * 1000);
  const midnight = time.getHours() === 0 && time.getMinutes() === 0;
  const asDay = incrementSeconds >= DAY_SECONDS || (midnight && incrementSeconds >= HOUR_SECONDS);
  return (asDay ? dayOfMonth : timeOfDay).format(time);
}

/** A value holds from its time on for so long, in seconds: the last one too. */
function stepOf({ data: [times] }: uPlot): number {
  return (times[1] ?? 0) - (times[0] ?? 0);
}

function seriesOf({ label, colour, shape }: DrawnLine): uPlot.Series {
  const points = { show: true, filter: loneValues, size: 5, fill: colour };
  const common = { label, stroke: colour, width: 1.75, spanGaps: false };
  switch (shape) {
    case "line":
      return { ...common, points };
    case "steps":
      return { ...common, points, paths: pathsOf("steps") };
    case "bars":
      return { ...common, width: 0, fill: colour, points: { show: false }, paths: pathsOf("bars") };
  }
}

function pathsOf(shape: "steps" | "bars"): uPlot.Series.PathBuilder {
  const { stepped, bars } = uPlot.paths;
  const builder = shape === "steps" ? stepped?.({ align: 1 }) : bars?.({ size: [0.7, 16, 2], align: 1 });
  if (builder === undefined) throw new Error(`uPlot draws no ${shape}`);
  return builder;
}

/** A value between two gaps is no line: it is drawn as a point. */
function loneValues(chart: uPlot, series: number): number[] {
  const values = chart.data[series] ?? [];
  return [...values.keys()].filter(
    (index) => values[index] != null && values[index - 1] == null && values[index + 1] == null,
  );
}

function drawMarkers(chart: uPlot, { markers, colours }: ChartLook): void {
  const { ctx, bbox } = chart;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = colours.marker;
  ctx.fillStyle = colours.text;
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 3 * ratio]);
  let lastLabel = Number.POSITIVE_INFINITY;
  // The newest first: where labels would overlap it is the older one that is left out.
  for (const { atMs, label } of markers().toReversed()) {
    const x = Math.round(chart.valToPos(atMs / 1000, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (lastLabel - x < LABEL_GAP_PX * ratio) continue;
    ctx.fillText(label, x, bbox.top - 4 * ratio);
    lastLabel = x;
  }
  ctx.restore();
}
