import type { Axis } from "#lib/parallel-axes.ts";

interface PlotLine {
  label: string;
  colour: string;
  /** How it is dashed. */
  stroke: string;
}

interface ParallelPlotProps {
  axes: Axis[];
  /** One for each place of an axis. */
  lines: PlotLine[];
  /** The line that stands out. */
  marked: string | null;
  width: number;
  /** What it shows, in words, for those who do not see it. */
  description: string;
}

const TOP = 56;
const BOTTOM = 212;
/** Where lines go that have no value on an axis. */
const NOWHERE = 252;
const AXIS_WIDTH_MIN = 120;
const NAME_MAX = 18;
const TICK_MAX = 14;
const TEXT = "var(--mantine-color-text)";
const DIM = "var(--mantine-color-dimmed)";

/** The lines over their axes, as SVG: it takes its colours from the page. */
export function ParallelPlot({ axes, lines, marked, width, description }: ParallelPlotProps) {
  const full = Math.max(width, axes.length * AXIS_WIDTH_MIN);
  const step = full / axes.length;
  const x = (index: number) => step * (index + 0.5);
  const y = (place: number | null) => (place === null ? NOWHERE : BOTTOM - place * (BOTTOM - TOP));
  const missing = axes.some(({ places }) => places.includes(null));
  const height = missing ? NOWHERE + 32 : BOTTOM + 28;
  return (
    <svg width={full} height={height} role="img" aria-label={description} style={{ display: "block" }}>
      {axes.map((axis, index) => (
        <g key={axis.key} fontSize={12}>
          <title>{axis.name}</title>
          <text x={x(index)} y={18} textAnchor="middle" fontWeight={600} fill={TEXT}>
            {shortened(axis.name, NAME_MAX)}
          </text>
          <line x1={x(index)} x2={x(index)} y1={TOP} y2={BOTTOM} stroke={DIM} />
          {missing ? (
            <text x={x(index)} y={NOWHERE + 22} textAnchor="middle" fill={DIM}>
              no value
            </text>
          ) : null}
        </g>
      ))}
      {lines.map(({ label, colour, stroke }, line) => {
        const dimmed = marked !== null && marked !== label;
        const points = axes.map(({ places }, index) => `${x(index)},${y(places[line] ?? null)}`);
        return (
          <g key={label} opacity={dimmed ? 0.2 : 1}>
            <title>{label}</title>
            <polyline
              points={points.join(" ")}
              fill="none"
              stroke={colour}
              strokeWidth={marked === label ? 4 : 2.5}
              strokeDasharray={stroke}
              strokeLinejoin="round"
            />
            {axes.map(({ key, places }, index) => (
              <circle key={key} cx={x(index)} cy={y(places[line] ?? null)} r={4} fill={colour} />
            ))}
          </g>
        );
      })}
      {axes.map((axis, index) => (
        <g key={axis.key} fontSize={11}>
          {axis.ticks.map(({ at, text }) => (
            <text
              key={text}
              {...tickPlace(at, x(index), y(at))}
              fill={TEXT}
              stroke="var(--mantine-color-body)"
              strokeWidth={3}
              paintOrder="stroke"
            >
              <title>{text}</title>
              {shortened(text, TICK_MAX)}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

/** The ends stand clear of the lines. */
function tickPlace(at: number, x: number, y: number) {
  if (at === 1) return { x, y: y - 10, textAnchor: "middle" as const };
  if (at === 0) return { x, y: y + 18, textAnchor: "middle" as const };
  return { x: x + 9, y: y + 4 };
}

function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
