import { Badge, Checkbox, Group } from "@mantine/core";
import type { MetricRange } from "@slipway/contracts/api/metric-range";
import type { RegistryVersion } from "@slipway/contracts/api/model";
import type { Column } from "#components/data-table.tsx";
import { DeployMenu } from "#components/deploy-menu.tsx";
import { DeployedBy } from "#components/deployed-by.tsx";
import { PageLink } from "#components/links.tsx";
import { Time } from "#components/time.tsx";
import { BENCHMARK_TITLES, benchmarkColumn, formatBenchmark } from "#lib/benchmark-words.ts";
import { formatMetric, MISSING } from "#lib/format.ts";
import type { MetricFormat } from "#lib/metric-column.ts";
import { type ColumnChoice, columnKey } from "#lib/table-view.ts";
import { MetricCell, rangeWords } from "./metric-cell.tsx";
import type { Selection } from "./selection.tsx";

interface ShownVersions {
  group: string;
  /** Then each says of which model it is. */
  ofAllModels: boolean;
  chosen: ColumnChoice[];
  /** Of which of them the values are known; the others are still being read. */
  listed: ReadonlySet<string>;
  /** By metric. */
  formats: ReadonlyMap<string, MetricFormat>;
  /** By metric; undefined until they are known. */
  ranges: ReadonlyMap<string, MetricRange> | undefined;
  selection: Selection;
}

/** The columns of the versions table: the choice to compare, the fixed ones, the chosen ones, Deploy. */
export function versionColumns(shown: ShownVersions): Column<RegistryVersion>[] {
  const { group, ofAllModels, chosen } = shown;
  return [
    selectColumn(shown),
    ...(ofAllModels ? [modelColumn(group)] : []),
    {
      key: "version",
      title: "Version",
      sortable: true,
      descendingFirst: true,
      width: 150,
      cell: ({ name, version, status }) => (
        <Group gap="xs" wrap="nowrap">
          <PageLink
            to="/g/$group/models/$name/versions/$version"
            params={{ group, name, version }}
            style={{ whiteSpace: "nowrap" }}
            data-row-link
          >
            Version {version}
          </PageLink>
          {status === "READY" ? null : (
            <Badge size="xs" color="yellow" variant="light">
              {status.toLowerCase().replaceAll("_", " ")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      key: "registeredAt",
      title: "Registered At",
      sortable: true,
      descendingFirst: true,
      width: 180,
      cell: ({ registeredAt }) => <Time at={registeredAt} exact />,
    },
    {
      key: "aliases",
      title: "Aliases",
      sortable: true,
      width: 160,
      cell: ({ aliases }) =>
        aliases.length === 0 ? (
          MISSING
        ) : (
          <Group gap={4} title={aliases.map((alias) => `@${alias}`).join(", ")}>
            {aliases.map((alias) => (
              <Badge key={alias} variant="light" color="grape" tt="none">
                @{alias}
              </Badge>
            ))}
          </Group>
        ),
    },
    {
      key: "deployedBy",
      title: "Deployed By",
      sortable: true,
      width: 200,
      cell: ({ deployedBy }) => <DeployedBy group={group} deployments={deployedBy} />,
    },
    ...chosen.map((choice) => chosenColumn(choice, shown)),
    {
      key: "deploy",
      title: "Action",
      align: "last-action",
      width: 120,
      cell: ({ name, version }) => <DeployMenu group={group} model={name} version={version} />,
    },
  ];
}

function selectColumn({ ofAllModels, selection }: ShownVersions): Column<RegistryVersion> {
  return {
    key: "select",
    title: "Select",
    titleHidden: true,
    width: 40,
    cell: (row) => (
      <Checkbox
        size="xs"
        aria-label={`Select version ${row.version}${ofAllModels ? ` of ${row.name}` : ""}`}
        checked={selection.has(row)}
        onChange={() => selection.toggle(row)}
      />
    ),
  };
}

function modelColumn(group: string): Column<RegistryVersion> {
  return {
    key: "name",
    title: "Model",
    sortable: true,
    width: 220,
    cell: ({ name }) => (
      <div className="one-line" style={{ maxWidth: 260 }} title={name}>
        <PageLink to="/g/$group/models/$name" params={{ group, name }}>
          {name}
        </PageLink>
      </div>
    ),
  };
}

function chosenColumn(
  choice: ColumnChoice,
  { listed, formats, ranges }: Pick<ShownVersions, "listed" | "formats" | "ranges">,
): Column<RegistryVersion> {
  const column = valueColumn(choice, { formats, ranges });
  // A value that is on its way is not one that is missing.
  return listed.has(column.key) ? column : { ...column, cell: () => <span title="being read">…</span> };
}

function valueColumn(
  choice: ColumnChoice,
  { formats, ranges }: Pick<ShownVersions, "formats" | "ranges">,
): Column<RegistryVersion> {
  const base = { key: columnKey(choice), title: choice.name, sortable: true, width: 140 };
  if (choice.kind === "metrics") {
    const range = ranges?.get(choice.name);
    const words = rangeWords(range);
    return {
      ...base,
      ...(words !== undefined && { hint: words }),
      width: 160,
      align: "numeric",
      descendingFirst: true,
      cell: ({ metrics }) => (
        <MetricCell
          value={metrics[choice.name]}
          format={formats.get(choice.name) ?? formatMetric}
          range={range}
        />
      ),
    };
  }
  if (choice.kind === "benchmark") return benchmarkColumnOf(choice.name, base);
  const { kind } = choice;
  return {
    ...base,
    cell: (version) => {
      const value = version[kind][choice.name];
      return (
        <div className="one-line" style={{ maxWidth: 220 }} title={value}>
          {value ?? MISSING}
        </div>
      );
    },
  };
}

function benchmarkColumnOf(
  name: string,
  base: Pick<Column<RegistryVersion>, "key" | "title" | "sortable" | "width">,
): Column<RegistryVersion> {
  const figure = benchmarkColumn(name);
  return {
    ...base,
    kind: "Benchmark",
    title: figure === undefined ? name : BENCHMARK_TITLES[figure].title,
    align: "numeric",
    descendingFirst: figure === "requestsPerSecond",
    cell: ({ benchmark }) => {
      const value = benchmark[name];
      return figure === undefined || value === undefined ? (
        <span title="not measured">{MISSING}</span>
      ) : (
        <span title={BENCHMARK_TITLES[figure].label}>{formatBenchmark(figure, value)}</span>
      );
    },
  };
}
