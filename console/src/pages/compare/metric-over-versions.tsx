import { Group, NativeSelect, SegmentedControl, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { Time } from "#components/time.tsx";
import { useChartLook } from "#components/use-chart-look.ts";
import { Section } from "#components/value-table.tsx";
import { CHARTED_MAX, useNewestVersions } from "#data/compared-versions.ts";
import { useModel } from "#data/models.ts";
import { formatExact } from "#lib/format.ts";
import { describePoint, describeSeries, type SeriesOrder, seriesOf } from "#lib/metric-series.ts";
import { AsTable } from "./as-table.tsx";
import { type ComparedColumn, useComparison } from "./use-comparison.ts";
import { VersionPlot } from "./version-plot.tsx";

/** How the URL says that versions stand by the time of their registration. */
const BY_TIME = "time";

/** A metric over all versions of a model, those that are compared standing out. */
export function MetricOverVersions({ columns }: { columns: ComparedColumn[] }) {
  const { group, search, change } = useComparison();
  const models = [...new Set(columns.map(({ name }) => name))];
  const model = models.find((name) => name === search.model) ?? models[0] ?? "";
  const facts = useModel(group, model);
  const metrics = facts.data?.columns.metrics ?? [];
  const metric = metrics.find((name) => name === search.metric) ?? metrics[0];
  const order: SeriesOrder = search.by === BY_TIME ? "time" : "version";
  if (facts.data === undefined) return null;
  return (
    <Section title="Metric over versions">
      {metric === undefined ? (
        <Text size="sm" c="dimmed">
          No version of {model} has logged a metric.
        </Text>
      ) : (
        <>
          <Group align="flex-end" mb="xs">
            {models.length > 1 ? (
              <NativeSelect
                size="xs"
                label="Model"
                data={models}
                value={model}
                onChange={({ currentTarget }) => change({ model: currentTarget.value })}
              />
            ) : null}
            <NativeSelect
              size="xs"
              label="Metric"
              data={metrics}
              value={metric}
              onChange={({ currentTarget }) => change({ metric: currentTarget.value })}
            />
            <SegmentedControl
              size="xs"
              aria-label="Versions stand by"
              data={[
                { value: "version", label: "By version" },
                { value: BY_TIME, label: "By time" },
              ]}
              value={order}
              onChange={(next) => change({ by: next === BY_TIME ? BY_TIME : undefined })}
            />
          </Group>
          <Chart {...{ group, model, metric, order, columns }} total={facts.data.versionCount} />
        </>
      )}
    </Section>
  );
}

interface ChartProps {
  group: string;
  model: string;
  metric: string;
  order: SeriesOrder;
  columns: ComparedColumn[];
  /** How many versions the model has. */
  total: number;
}

function Chart({ group, model, metric, order, columns, total }: ChartProps) {
  const query = useNewestVersions({ group, name: model, columns: `metrics.${metric}` });
  const look = useChartLook();
  const [pointed, setPointed] = useState<number | null>(null);
  const versions = query.data?.items;
  const chosen = columns.filter(({ name }) => name === model).map(({ version }) => version);
  const chosenKey = chosen.join(",");
  const points = useMemo(
    () => seriesOf(versions ?? [], { metric, order, chosen: new Set(chosenKey.split(",")) }),
    [versions, metric, order, chosenKey],
  );
  if (query.data === undefined) return <FailedAction error={query.error} />;
  const point = pointed === null ? undefined : points[pointed];
  const { problem, asOf, warning } = query.data;
  return (
    <>
      <VersionPlot
        description={describeSeries(points, { model, metric })}
        points={points}
        order={order}
        line={look.lines.blue}
        accent={look.lines.orange}
        colours={look.colours}
        onPoint={setPointed}
      />
      <Text size="xs" c="dimmed" mih="1.25rem">
        {point === undefined
          ? "Point at a version to read its value. What is compared is marked."
          : describePoint(point)}
      </Text>
      {total > CHARTED_MAX ? (
        <Text size="xs" c="dimmed">
          The newest {CHARTED_MAX} of {total.toLocaleString("en")} versions.
        </Text>
      ) : null}
      {warning === null ? null : <Text size="xs">{warning}</Text>}
      {problem === null ? null : (
        <Text size="xs">
          MLflow does not answer; as of <Time at={asOf} />.
        </Text>
      )}
      <AsTable
        label={`${metric} over versions`}
        head={["Version", metric, "Registered At", "Compared"]}
        rows={points
          .toReversed()
          .map(({ version, text, at, chosen: isChosen }) => [
            `Version ${version}`,
            text,
            formatExact(at),
            isChosen ? "yes" : "",
          ])}
      />
    </>
  );
}
