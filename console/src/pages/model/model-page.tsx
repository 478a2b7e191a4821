import { Alert, Badge, Button, Group, Text } from "@mantine/core";
import { BENCHMARK_COLUMNS } from "@slipway/contracts/api/benchmark";
import { IconAlertTriangle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { DataTable } from "#components/data-table.tsx";
import { MlflowUiButton } from "#components/external-link.tsx";
import { PageLink } from "#components/links.tsx";
import { Markdown } from "#components/markdown.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Time } from "#components/time.tsx";
import { useColumnChoice } from "#data/column-choice.ts";
import { useModel, useVersions } from "#data/models.ts";
import { plural } from "#lib/format.ts";
import { formatColumns, formatSort, parseColumns, parseSort, toOrderBy } from "#lib/table-view.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import { NoVersions } from "./no-versions.tsx";
import { versionColumns } from "./version-columns.tsx";

const route = getRouteApi("/signed-in/g/$group/models/$name");

/** The versions of a model, with the parameters, metrics and tags that a person chose as columns. */
export function ModelPage(): ReactNode {
  const { group, name } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { remembered, remember } = useColumnChoice(group, name);
  const chosen = parseColumns(search.columns ?? remembered);
  const columns = formatColumns(chosen);
  const sort = parseSort(search.sort, { key: "version", descending: true });
  const model = useModel(group, name);
  const versions = useVersions({ group, name, columns, orderBy: toOrderBy(sort) });
  // A remembered choice stands in the URL too, so that the URL reproduces what is seen.
  useEffect(() => {
    if (search.columns !== undefined || columns === "") return;
    void navigate({ search: (old) => ({ ...old, columns }), replace: true });
  }, [search.columns, columns, navigate]);
  const error = model.error ?? versions.error;
  const rows = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const total = versions.data?.pages[0]?.total ?? 0;
  const warning = versions.data?.pages.find((page) => page.warning !== null)?.warning ?? null;
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
          lastGoodMs={versions.dataUpdatedAt}
          onRetry={() => void Promise.all([model.refetch(), versions.refetch()])}
        />
      ) : null}
      {model.data ? <Facts model={model.data} /> : null}
      {versions.data === undefined && !error ? <PagePending /> : null}
      {versions.data !== undefined && total === 0 && !error ? <NoVersions name={name} /> : null}
      {rows.length > 0 ? (
        <>
          <Group justify="space-between">
            <Text size="sm" c="dimmed" aria-live="polite">
              {plural(total, "version")}
              {error ? (
                <>
                  {" "}
                  · as of <Time at={new Date(versions.dataUpdatedAt).toISOString()} />
                </>
              ) : (
                " · live"
              )}
            </Text>
            <ColumnChooser
              keys={{
                ...(model.data?.columns ?? { params: [], metrics: [], tags: [] }),
                benchmark: [...BENCHMARK_COLUMNS],
              }}
              chosen={chosen}
              onChange={(next) => {
                const text = formatColumns(next);
                remember(text);
                void navigate({ search: (old) => ({ ...old, columns: text }), replace: true });
              }}
            />
          </Group>
          {warning === null ? null : (
            <Alert
              color="yellow"
              icon={<IconAlertTriangle aria-hidden />}
              title="Some values could not be read"
            >
              {warning}
            </Alert>
          )}
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
      ) : null}
    </Page>
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
