import { Button, Group, MultiSelect, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useState } from "react";
import { ScrollBox } from "#components/scroll-box.tsx";
import { useChartLook } from "#components/use-chart-look.ts";
import { Section } from "#components/value-table.tsx";
import { type AxisChoice, axisChoices, axisOf, defaultAxes, describeLines } from "#lib/parallel-axes.ts";
import { columnKey, formatColumns, parseColumns } from "#lib/table-view.ts";
import { AsTable } from "./as-table.tsx";
import { ParallelPlot } from "./parallel-plot.tsx";
import { type ComparedColumn, useComparison } from "./use-comparison.ts";

const AXES_MAX = 12;
/** Lines of the same colour differ in their strokes. */
const STROKES = ["", "6 4", "2 3"];

/** The versions as lines over parameters and metrics: which ones make the difference. */
export function ParallelCoordinates({ columns }: { columns: ComparedColumn[] }) {
  const { search, change } = useComparison();
  const { lines: colours } = useChartLook();
  const { ref, width } = useElementSize();
  const [marked, setMarked] = useState<string | null>(null);
  const read = columns.flatMap(({ label, query }) => (query.data ? [{ label, detail: query.data }] : []));
  const details = read.map(({ detail }) => detail);
  const { all } = axisChoices(details);
  const chosen = search.axes === undefined ? defaultAxes(details) : parseColumns(search.axes).filter(isAxis);
  const axes = chosen.map((choice) => axisOf(choice, details));
  const palette = Object.values(colours);
  const lines = read.map(({ label }, index) => ({
    label,
    colour: palette[index % palette.length] ?? "",
    stroke: STROKES[Math.floor(index / palette.length)] ?? "",
  }));
  const labels = lines.map(({ label }) => label);
  if (read.length === 0) return null;
  return (
    <Section title="Parallel coordinates">
      <MultiSelect
        label="Axes"
        placeholder={chosen.length === 0 ? "Parameters and metrics" : ""}
        data={[
          { group: "Parameters", items: optionsOf(all, "params") },
          { group: "Metrics", items: optionsOf(all, "metrics") },
        ]}
        value={chosen.map(columnKey)}
        onChange={(keys) => change({ axes: keys.join(",") })}
        maxValues={AXES_MAX}
        searchable
        nothingFoundMessage="Nothing matches."
        size="xs"
      />
      <div ref={ref} style={{ minWidth: 0 }}>
        {axes.length < 2 ? (
          <Text size="sm" c="dimmed" py="md">
            {search.axes === undefined && chosen.length < 2
              ? "These versions differ in too few parameters and metrics for a picture. Choose two axes or more to see them all the same."
              : "Choose two axes or more."}
          </Text>
        ) : (
          <>
            <Group gap={4} mt="xs" role="group" aria-label="Versions in the chart">
              {lines.map(({ label, colour, stroke }) => (
                <Button
                  key={label}
                  size="compact-xs"
                  variant={marked === label ? "light" : "subtle"}
                  color="gray"
                  aria-pressed={marked === label}
                  leftSection={
                    <svg width={24} height={8} aria-hidden>
                      <line
                        x1={0}
                        x2={24}
                        y1={4}
                        y2={4}
                        stroke={colour}
                        strokeWidth={3}
                        strokeDasharray={stroke}
                      />
                    </svg>
                  }
                  onClick={() => setMarked(marked === label ? null : label)}
                >
                  {label}
                </Button>
              ))}
            </Group>
            <ScrollBox label="Parallel coordinates chart">
              <ParallelPlot
                axes={axes}
                lines={lines}
                marked={marked}
                width={width}
                description={`Parallel coordinates. ${describeLines(labels, axes)}.`}
              />
            </ScrollBox>
            <AsTable
              label="Values of the parallel coordinates"
              head={["Version", ...axes.map(({ key }) => key)]}
              rows={labels.map((label, index) => [label, ...axes.map(({ texts }) => texts[index] ?? "")])}
            />
          </>
        )}
      </div>
    </Section>
  );
}

function isAxis(choice: { kind: string; name: string }): choice is AxisChoice {
  return choice.kind === "params" || choice.kind === "metrics";
}

function optionsOf(choices: AxisChoice[], kind: AxisChoice["kind"]) {
  return choices
    .filter((choice) => choice.kind === kind)
    .map((choice) => ({ value: formatColumns([choice]), label: choice.name }));
}
