import { Badge, Group } from "@mantine/core";
import type { ModelVersion } from "@slipway/contracts/api/model";
import type { Column } from "#components/data-table.tsx";
import { DeployMenu } from "#components/deploy-menu.tsx";
import { DeployedBy } from "#components/deployed-by.tsx";
import { PageLink } from "#components/links.tsx";
import { Time } from "#components/time.tsx";
import { BENCHMARK_TITLES, benchmarkColumn, formatBenchmark } from "#lib/benchmark-words.ts";
import { formatMetric, fullMetric, MISSING } from "#lib/format.ts";
import { type ColumnChoice, columnKey } from "#lib/table-view.ts";

interface VersionsView {
  group: string;
  name: string;
  chosen: ColumnChoice[];
}

/** The columns of the versions table: the fixed ones, the chosen ones, Deploy. */
export function versionColumns({ group, name, chosen }: VersionsView): Column<ModelVersion>[] {
  return [
    {
      key: "version",
      title: "Version",
      sortable: true,
      descendingFirst: true,
      width: 150,
      cell: ({ version, status }) => (
        <Group gap="xs" wrap="nowrap">
          <PageLink
            to="/g/$group/models/$name/versions/$version"
            params={{ group, name, version }}
            style={{ whiteSpace: "nowrap" }}
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
          <Group gap={4}>
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
    ...chosen.map(chosenColumn),
    {
      key: "deploy",
      title: "Action",
      align: "last-action",
      width: 120,
      cell: ({ version }) => <DeployMenu group={group} model={name} version={version} />,
    },
  ];
}

function chosenColumn(choice: ColumnChoice): Column<ModelVersion> {
  const base = { key: columnKey(choice), title: choice.name, sortable: true, width: 140 };
  if (choice.kind === "metrics") {
    return {
      ...base,
      align: "numeric",
      descendingFirst: true,
      cell: ({ metrics }) => (
        <span title={fullMetric(metrics[choice.name])}>{formatMetric(metrics[choice.name])}</span>
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
  base: Pick<Column<ModelVersion>, "key" | "title" | "sortable" | "width">,
): Column<ModelVersion> {
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
