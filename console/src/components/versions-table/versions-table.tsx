import "./versions-table.css";
import { Alert, Button, Group } from "@mantine/core";
import { BENCHMARK_COLUMNS } from "@slipway/contracts/api/benchmark";
import type {
  RegisteredModelDetail,
  RegistryVersion,
  RegistryVersionList,
} from "@slipway/contracts/api/model";
import { IconAlertTriangle, IconDownload } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { DataTable } from "#components/data-table.tsx";
import { NothingFound } from "#components/empty-page.tsx";
import { ApiProblem } from "#data/api.ts";
import { useMetricRanges } from "#data/metric-ranges.ts";
import { PAGE_SIZE, type useVersions, type VersionsView, versionsCsvPath } from "#data/models.ts";
import { useVersionWatch } from "#data/version-watch.ts";
import { plural } from "#lib/format.ts";
import { columnFormat } from "#lib/metric-column.ts";
import {
  type ColumnChoice,
  columnKey,
  formatColumns,
  parseColumns,
  type Sort,
  toOrderBy,
} from "#lib/table-view.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import { copyFull } from "./copy-full.ts";
import { FilterBox } from "./filter-box.tsx";
import { ListLine } from "./list-line.tsx";
import { CompareButton, SelectionLine, useSelection, versionKey } from "./selection.tsx";
import { versionColumns } from "./version-columns.tsx";

/** The format of a column is made for so many versions; more would change digits while one scrolls. */
const FORMATTED_MAX = 1_000;

/** What the table shows, as the URL says it. */
export interface VersionsTableView {
  chosen: ColumnChoice[];
  sort: Sort;
  filter: string;
}

interface VersionsTableProps {
  group: string;
  /** Null for the versions of all models. */
  model: string | null;
  /** Of all models, of each only the version that stands first. */
  firstOfEach?: boolean;
  /** What can be chosen as a column and completed in the filter. */
  keys: RegisteredModelDetail["columns"];
  aliases: string[];
  /** How many versions there are without a filter, where that is known. */
  versionCount: number | undefined;
  /** The list that `group`, `model`, `firstOfEach` and `view` ask for. */
  versions: ReturnType<typeof useVersions>;
  view: VersionsTableView;
  onView: (changes: Partial<VersionsTableView>) => void;
  /** When the versions were read, where they are not those of now. */
  asOfMs: number | null;
  /** What else stands beside the choice of columns. */
  tools?: ReactNode;
}

/** Why the filter of a list of versions cannot be read, and from which character on; null when it can. */
export function filterProblem(error: unknown): { message: string; position: number } | null {
  return error instanceof ApiProblem ? error.textError("filter") : null;
}

/** The versions of a model or of all, to be worked with: filter, chosen columns, the table, comparing, export. */
export function VersionsTable(props: VersionsTableProps): ReactNode {
  const { group, model, versions, view, onView, firstOfEach = false } = props;
  const { sort, filter } = view;
  const selection = useSelection();
  const asked: VersionsView = {
    ...{ group, name: model, filter, firstOfEach },
    ...{ columns: formatColumns(view.chosen), orderBy: toOrderBy(sort) },
  };
  const listed = useListed(versions, asked.columns);
  const pages = listed.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const wrongFilter = filterProblem(versions.error);
  const keys = { ...props.keys, benchmark: [...BENCHMARK_COLUMNS] };
  const total = pages?.[0]?.total ?? 0;
  const warning = pages?.find((page) => page.warning !== null)?.warning ?? null;
  return (
    <>
      <Group align="flex-start" gap="xs">
        <FilterBox
          value={filter}
          names={{ ...keys, aliases: props.aliases, ofAllModels: model === null }}
          problem={wrongFilter}
          onChange={(next) => onView({ filter: next })}
        />
        <ColumnChooser keys={keys} chosen={view.chosen} onChange={(next) => onView({ chosen: next })} />
        <CompareButton group={group} versions={selection.versions} />
        <ExportButton href={versionsCsvPath(asked)} disabled={rows.length === 0 || wrongFilter !== null} />
        {props.tools}
      </Group>
      <ListLine
        total={total}
        of={filter === "" || wrongFilter !== null ? null : (props.versionCount ?? null)}
        asOfMs={props.asOfMs}
      >
        <SelectionLine selection={selection} />
      </ListLine>
      {warning === null ? null : (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Some values are missing">
          {warning}
        </Alert>
      )}
      {rows.length === 0 ? (
        wrongFilter === null && <NothingFound search={filter} />
      ) : (
        <Versions
          {...{ asked, versions, rows, total, pages: pages ?? [], selection, sort }}
          listedColumns={listed.columns}
          onView={onView}
        />
      )}
    </>
  );
}

/** What was listed last, and with which columns; it stays while a filter cannot be read, and while another list is read. */
function useListed({ data, isPlaceholderData }: ReturnType<typeof useVersions>, columns: string) {
  const [listed, setListed] = useState({ data, columns: isPlaceholderData ? "" : columns });
  const isNew = data !== undefined && !isPlaceholderData;
  if (isNew && (data !== listed.data || columns !== listed.columns)) setListed({ data, columns });
  return { data: data ?? listed.data, columns: listed.columns };
}

function ExportButton({ href, disabled }: { href: string; disabled: boolean }) {
  const look = { variant: "default", leftSection: <IconDownload size={16} aria-hidden /> };
  if (disabled) {
    return (
      <Button disabled {...look}>
        Export CSV
      </Button>
    );
  }
  return (
    <Button component="a" href={href} download {...look}>
      Export CSV
    </Button>
  );
}

interface VersionsProps {
  asked: VersionsView;
  versions: ReturnType<typeof useVersions>;
  pages: RegistryVersionList[];
  rows: RegistryVersion[];
  /** Of which columns the rows have the values. */
  listedColumns: string;
  total: number;
  selection: ReturnType<typeof useSelection>;
  sort: Sort;
  onView: (changes: Partial<VersionsTableView>) => void;
}

function Versions(props: VersionsProps) {
  const { asked, versions, pages, rows, listedColumns, total, selection, sort, onView } = props;
  const { group, name, columns: chosenText, filter } = asked;
  const [pageInView, setPageInView] = useState(0);
  const [refreshes, setRefreshes] = useState(0);
  const watch = useVersionWatch(asked, versions.isPlaceholderData ? [] : pages, pageInView);
  const chosen = useMemo(() => parseColumns(chosenText), [chosenText]);
  const formats = useMemo(() => {
    const metrics = chosen.filter(({ kind }) => kind === "metrics");
    const some = rows.slice(0, FORMATTED_MAX);
    return new Map(
      metrics.map((metric) => [metric.name, columnFormat(some.map((row) => row.metrics[metric.name]))]),
    );
  }, [chosen, rows]);
  const ranges = useMetricRanges(
    { group, name, filter, metrics: [...formats.keys()] },
    {
      enabled: versions.data !== undefined && !versions.isPlaceholderData,
      complete: pages[0]?.complete ?? true,
    },
  );
  const ofAllModels = name === null;
  const columns = useMemo(() => {
    const listed = new Set(parseColumns(listedColumns).map(columnKey));
    return versionColumns({ group, ofAllModels, chosen, listed, formats, ranges, selection });
  }, [group, ofAllModels, chosen, listedColumns, formats, ranges, selection]);

  function load() {
    if (versions.hasNextPage && !versions.isFetchingNextPage) void versions.fetchNextPage();
  }
  function onShown(first: number, last: number) {
    setPageInView(Math.floor(first / PAGE_SIZE));
    // A page ahead of what is in view; after a failure one asks by the button.
    if (last + PAGE_SIZE >= rows.length && !versions.isPlaceholderData && !versions.isError) load();
  }
  function onRowKey(key: string, row: RegistryVersion, element: HTMLElement): boolean {
    if (key === "x" || key === " ") selection.toggle(row);
    else if (key === "d") element.querySelector<HTMLElement>("[data-deploy]")?.click();
    else return false;
    return true;
  }

  return (
    <>
      {watch.changed === null ? null : (
        <Group gap="xs" fz="sm" role="status">
          {watch.changed.more > 0
            ? `${plural(watch.changed.more, "version")} more than listed here.`
            : "The list has changed."}
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              watch.refresh();
              setRefreshes(refreshes + 1);
            }}
          >
            Refresh
          </Button>
        </Group>
      )}
      <div onCopy={copyFull}>
        <DataTable
          label={name === null ? "Versions of all models" : `Versions of ${name}`}
          rows={rows}
          rowKey={versionKey}
          columns={columns}
          sort={sort}
          onSort={(next) => onView({ sort: next })}
          paging={{
            total,
            onShown,
            list: JSON.stringify([asked.orderBy, filter, asked.firstOfEach, refreshes]),
          }}
          isSelected={selection.has}
          onRowKey={onRowKey}
        />
      </div>
      {versions.hasNextPage ? (
        <Button
          variant="default"
          style={{ alignSelf: "center" }}
          loading={versions.isFetchingNextPage}
          onClick={load}
        >
          Load more ({rows.length} of {total})
        </Button>
      ) : null}
    </>
  );
}
