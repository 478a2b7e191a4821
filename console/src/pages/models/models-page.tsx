import { Alert, Group, Switch, Text } from "@mantine/core";
import type { RegisteredModel } from "@slipway/contracts/api/model";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { type Column, DataTable } from "#components/data-table.tsx";
import { DeployedBy } from "#components/deployed-by.tsx";
import { NothingFound } from "#components/empty-page.tsx";
import { MlflowUiButton } from "#components/external-link.tsx";
import { FavouriteStar } from "#components/favourite-star.tsx";
import { ButtonLink, PageLink } from "#components/links.tsx";
import { MarkdownLine } from "#components/markdown.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { SearchBox } from "#components/search-box.tsx";
import { Time } from "#components/time.tsx";
import { useUrlText } from "#components/use-url-text.ts";
import { staleness } from "#data/api.ts";
import { useModels } from "#data/models.ts";
import { MISSING, plural } from "#lib/format.ts";
import { formatSort, parseSort, type Sort } from "#lib/table-view.ts";
import { NoModels } from "./no-models.tsx";

const route = getRouteApi("/signed-in/g/$group/models");

/** All registered models of the group's MLflow. */
export function ModelsPage(): ReactNode {
  const { group } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const models = useModels(group);
  const [text, setText] = useUrlText(search.search, (next) => {
    void navigate({ search: (old) => ({ ...old, search: next }), replace: true });
  });
  const sort = parseSort(search.sort, { key: "name", descending: false });
  const stale = staleness(models.data, models.dataUpdatedAt);
  const error = models.error ?? stale.error;
  const items = models.data?.items;
  const favourites = search.favourites === "true";
  const rows = useMemo(
    () => view(items ?? [], { search: text, favourites, sort }),
    [items, text, favourites, sort],
  );
  return (
    <Page
      title="Models"
      tabTitle={`Models · ${group}`}
      actions={
        <>
          <ButtonLink to="/g/$group/versions" params={{ group }} variant="default">
            All versions
          </ButtonLink>
          <MlflowUiButton href={models.data?.uiUrl} />
        </>
      }
    >
      {error ? (
        <ProblemAlert
          error={error}
          group={group}
          lastGoodMs={stale.asOfMs}
          onRetry={() => void models.refetch()}
        />
      ) : null}
      {items === undefined && !error ? <PagePending /> : null}
      {items?.length === 0 && !error ? <NoModels uiUrl={models.data?.uiUrl ?? ""} /> : null}
      {items !== undefined && items.length > 0 ? (
        <>
          <Group justify="space-between">
            <Group>
              <SearchBox label="Search models" value={text} onChange={setText} />
              <Switch
                label="Favourites"
                checked={favourites}
                onChange={(event) => {
                  const next = event.currentTarget.checked ? "true" : undefined;
                  void navigate({ search: (old) => ({ ...old, favourites: next }), replace: true });
                }}
              />
            </Group>
            <Text size="sm" c="dimmed" aria-live="polite">
              {rows.length === items.length
                ? plural(items.length, "model")
                : `${rows.length} of ${plural(items.length, "model")}`}
              {error ? (
                <>
                  {" "}
                  · as of <Time at={new Date(stale.asOfMs).toISOString()} />
                </>
              ) : (
                " · live"
              )}
              {models.data?.index.unread ? ` · ${progressWords(models.data.index)}` : null}
            </Text>
          </Group>
          {rows.length === 0 ? (
            favourites ? (
              <Text c="dimmed" py="lg" ta="center">
                {text === ""
                  ? "You have no favourites yet: press the star beside a model."
                  : `None of your favourites matches “${text}”.`}
              </Text>
            ) : (
              <NothingFound search={text} />
            )
          ) : (
            <DataTable
              label="Registered models"
              rows={rows}
              rowKey={(model) => model.name}
              columns={columns(group)}
              sort={sort}
              onSort={(next) =>
                void navigate({ search: (old) => ({ ...old, sort: formatSort(next) }), replace: true })
              }
            />
          )}
          {models.data?.nextPageToken ? (
            <Alert color="yellow">
              There are more models than this page shows. Narrow them down in MLflow.
            </Alert>
          ) : null}
        </>
      ) : null}
    </Page>
  );
}

function progressWords({ versions, unread }: { versions: number; unread: number }): string {
  const read = (versions - unread).toLocaleString("en");
  return `parameters and metrics of ${read} of ${plural(versions, "version")} read`;
}

function columns(group: string): Column<RegisteredModel>[] {
  return [
    {
      key: "name",
      title: "Name",
      sortable: true,
      width: 280,
      cell: ({ name, favourite }) => (
        <Group gap={6} wrap="nowrap">
          <FavouriteStar group={group} model={name} favourite={favourite} />
          <div className="one-line" style={{ maxWidth: 320 }} title={name}>
            <PageLink to="/g/$group/models/$name" params={{ group, name }}>
              {name}
            </PageLink>
          </div>
        </Group>
      ),
    },
    {
      key: "latestVersion",
      title: "Latest Version",
      sortable: true,
      descendingFirst: true,
      width: 130,
      cell: ({ name, latestVersion }) =>
        latestVersion === null ? (
          MISSING
        ) : (
          <PageLink
            to="/g/$group/models/$name/versions/$version"
            params={{ group, name, version: latestVersion }}
            aria-label={`Version ${latestVersion} of ${name}`}
          >
            Version {latestVersion}
          </PageLink>
        ),
    },
    {
      key: "deployed",
      title: "Deployed",
      sortable: true,
      descendingFirst: true,
      width: 220,
      cell: ({ deployedBy }) => <DeployedBy group={group} deployments={deployedBy} />,
    },
    {
      key: "createdAt",
      title: "Created",
      sortable: true,
      descendingFirst: true,
      width: 130,
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
    {
      key: "updatedAt",
      title: "Updated",
      sortable: true,
      descendingFirst: true,
      width: 130,
      cell: ({ updatedAt }) => <Time at={updatedAt} />,
    },
    {
      key: "description",
      title: "Description",
      width: 320,
      cell: ({ description }) =>
        description === "" ? (
          MISSING
        ) : (
          <div className="one-line" style={{ maxWidth: 360 }}>
            <MarkdownLine text={description} />
          </div>
        ),
    },
  ];
}

interface ModelsView {
  search: string;
  /** Only those that the reader has marked. */
  favourites: boolean;
  sort: Sort;
}

function view(models: RegisteredModel[], { search, favourites, sort }: ModelsView): RegisteredModel[] {
  const wanted = search.trim().toLowerCase();
  const found = models.filter(
    ({ name, description, favourite }) =>
      (favourite || !favourites) && `${name}\n${description}`.toLowerCase().includes(wanted),
  );
  const direction = sort.descending ? -1 : 1;
  return found.toSorted((a, b) => direction * compare(a, b, sort.key) || compare(a, b, "name"));
}

const byName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: RegisteredModel, b: RegisteredModel, key: string): number {
  switch (key) {
    case "latestVersion":
      return Number(a.latestVersion ?? 0) - Number(b.latestVersion ?? 0);
    case "deployed":
      return a.deployedBy.length - b.deployedBy.length;
    case "createdAt":
      return a.createdAt.localeCompare(b.createdAt);
    case "updatedAt":
      return a.updatedAt.localeCompare(b.updatedAt);
    default:
      return byName.compare(a.name, b.name);
  }
}
