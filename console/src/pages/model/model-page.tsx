import { Alert, Badge, Button, Group, Text } from "@mantine/core";
import { BENCHMARK_COLUMNS } from "@slipway/contracts/api/benchmark";
import type { ModelVersionList, RegisteredModelDetail } from "@slipway/contracts/api/model";
import { IconAlertTriangle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { DataTable } from "#components/data-table.tsx";
import { NothingFound } from "#components/empty-page.tsx";
import { MlflowUiButton } from "#components/external-link.tsx";
import { PageLink } from "#components/links.tsx";
import { Markdown } from "#components/markdown.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Time } from "#components/time.tsx";
import { ApiProblem, staleness } from "#data/api.ts";
import { useColumnChoice } from "#data/column-choice.ts";
import { useModel, useVersions } from "#data/models.ts";
import { plural } from "#lib/format.ts";
import {
  type ColumnChoice,
  formatColumns,
  formatSort,
  parseColumns,
  parseSort,
  type Sort,
  toOrderBy,
} from "#lib/table-view.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import { FilterBox } from "./filter-box.tsx";
import { NoVersions } from "./no-versions.tsx";
import { versionColumns } from "./version-columns.tsx";

const route = getRouteApi("/signed-in/g/$group/models/$name");

/** The versions of a model, with the parameters, metrics and tags that a person chose as columns. */
export function ModelPage(): ReactNode {
  const { group, name } = route.useParams();
  const search = route.useSearch();
  const { remembered } = useColumnChoice(group, name);
  const view: View = {
    chosen: parseColumns(search.columns ?? remembered),
    sort: parseSort(search.sort, { key: "version", descending: true }),
    filter: search.filter ?? "",
  };
  const model = useModel(group, name);
  const versions = useVersions({
    ...{ group, name, filter: view.filter },
    columns: formatColumns(view.chosen),
    orderBy: toOrderBy(view.sort),
  });
  // What was listed stays while a filter cannot be read.
  const [listed, setListed] = useState(versions.data);
  if (versions.data !== undefined && versions.data !== listed) setListed(versions.data);
  const stale = staleness(versions.data?.pages[0], versions.dataUpdatedAt);
  const wrongFilter = versions.error instanceof ApiProblem ? versions.error.textError("filter") : null;
  const error = model.error ?? (wrongFilter === null ? versions.error : null) ?? stale.error;
  const total = versions.data?.pages[0]?.total;
  const isEmpty = total === 0 && view.filter === "";
  return (
    <Page
      title={name}
      tabTitle={`${name} · ${group}`}
      trail={[
        <PageLink key="models" to="/g/$group/models" params={{ group }}>
          Models
        </PageLink>,
      ]}
      beside={model.data?.aliases.map(({ alias, version }) => (
        <Badge key={alias} variant="light" color="grape" tt="none">
          @{alias} v{version}
        </Badge>
      ))}
      actions={<MlflowUiButton href={model.data?.url} />}
    >
      {error ? (
        <ProblemAlert
          error={error}
          group={group}
          lastGoodMs={stale.asOfMs}
          onRetry={() => void Promise.all([model.refetch(), versions.refetch()])}
        />
      ) : null}
      {model.data ? <Facts model={model.data} /> : null}
      {total === undefined && !error && wrongFilter === null ? <PagePending /> : null}
      {isEmpty && !error ? <NoVersions name={name} /> : null}
      {(total !== undefined && !isEmpty) || wrongFilter !== null ? (
        <VersionsSection
          model={model.data}
          versions={versions}
          pages={(versions.data ?? listed)?.pages ?? []}
          view={view}
          wrongFilter={wrongFilter}
          asOfMs={error ? stale.asOfMs : null}
        />
      ) : null}
    </Page>
  );
}

/** What the table shows, as the URL says it. */
interface View {
  chosen: ColumnChoice[];
  sort: Sort;
  filter: string;
}

interface VersionsProps {
  model: RegisteredModelDetail | undefined;
  versions: ReturnType<typeof useVersions>;
  pages: ModelVersionList[];
  view: View;
  wrongFilter: { message: string; position: number } | null;
  /** When the versions were read, where they are not those of now. */
  asOfMs: number | null;
}

function VersionsSection({ model, versions, pages, view, wrongFilter, asOfMs }: VersionsProps) {
  const { group, name } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { remember } = useColumnChoice(group, name);
  const { chosen, sort, filter } = view;
  const columns = formatColumns(chosen);
  // A remembered choice stands in the URL too, so that the URL reproduces what is seen.
  useEffect(() => {
    if (search.columns !== undefined || columns === "") return;
    void navigate({ search: (old) => ({ ...old, columns }), replace: true });
  }, [search.columns, columns, navigate]);
  const keys = {
    ...(model?.columns ?? { params: [], metrics: [], tags: [] }),
    benchmark: [...BENCHMARK_COLUMNS],
  };
  const rows = pages.flatMap((page) => page.items);
  const total = pages[0]?.total ?? 0;
  const warning = pages.find((page) => page.warning !== null)?.warning ?? null;
  return (
    <>
      <Group align="flex-start">
        <FilterBox
          value={filter}
          names={{ ...keys, aliases: model?.aliases.map(({ alias }) => alias) ?? [] }}
          problem={wrongFilter}
          onChange={(next) =>
            void navigate({ search: (old) => ({ ...old, filter: next === "" ? undefined : next }) })
          }
        />
        <ColumnChooser
          keys={keys}
          chosen={chosen}
          onChange={(next) => {
            const text = formatColumns(next);
            remember(text);
            void navigate({ search: (old) => ({ ...old, columns: text }), replace: true });
          }}
        />
      </Group>
      <Text size="sm" c="dimmed" aria-live="polite">
        {filter === "" || wrongFilter !== null
          ? plural(total, "version")
          : `${total.toLocaleString("en")} of ${plural(model?.versionCount ?? total, "version")}`}
        {asOfMs === null ? (
          " · live"
        ) : (
          <>
            {" "}
            · as of <Time at={new Date(asOfMs).toISOString()} />
          </>
        )}
      </Text>
      {warning === null ? null : (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Some values are missing">
          {warning}
        </Alert>
      )}
      {rows.length === 0 ? (
        wrongFilter === null && <NothingFound search={filter} />
      ) : (
        <DataTable
          label={`Versions of ${name}`}
          rows={rows}
          rowKey={({ version }) => version}
          columns={versionColumns({ group, name, chosen })}
          sort={sort}
          onSort={(next) =>
            void navigate({ search: (old) => ({ ...old, sort: formatSort(next) }), replace: true })
          }
        />
      )}
      {versions.hasNextPage ? (
        <Button
          variant="default"
          style={{ alignSelf: "center" }}
          loading={versions.isFetchingNextPage}
          onClick={() => void versions.fetchNextPage()}
        >
          Load more ({rows.length} of {total})
        </Button>
      ) : null}
    </>
  );
}

function Facts({
  model,
}: {
  model: { description: string; createdAt: string; updatedAt: string; tags: Record<string, string> };
}) {
  const tags = Object.entries(model.tags);
  return (
    <>
      {model.description === "" ? null : <Markdown text={model.description} />}
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          Created <Time at={model.createdAt} /> · updated <Time at={model.updatedAt} />
        </Text>
        {tags.map(([key, value]) => (
          <Badge key={key} variant="default" tt="none" fw={400}>
            {key}
            {value === "" ? "" : `: ${value}`}
          </Badge>
        ))}
      </Group>
    </>
  );
}
