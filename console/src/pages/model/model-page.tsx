import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { MlflowUiButton } from "#components/external-link.tsx";
import { FavouriteStar } from "#components/favourite-star.tsx";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Aliases } from "#components/registry-edit/aliases.tsx";
import { SavedViews } from "#components/saved-views.tsx";
import {
  filterProblem,
  VersionsTable,
  type VersionsTableView,
} from "#components/versions-table/versions-table.tsx";
import { staleness } from "#data/api.ts";
import { useColumnChoice } from "#data/column-choice.ts";
import { useModel, useVersions } from "#data/models.ts";
import { readyViews } from "#lib/ready-views.ts";
import { askedOf, modelView } from "#lib/shown-view.ts";
import { formatColumns, formatSort } from "#lib/table-view.ts";
import { ModelFacts } from "./model-facts.tsx";
import { NoVersions } from "./no-versions.tsx";

const route = getRouteApi("/signed-in/g/$group/models/$name");

/** The versions of a model, with the parameters, metrics and tags that a person chose as columns. */
export function ModelPage(): ReactNode {
  const { group, name } = route.useParams();
  const search = route.useSearch();
  const { remembered, remember } = useColumnChoice(group, name);
  const navigate = route.useNavigate();
  const view = modelView(search, remembered);
  const asked = askedOf(view);
  const { columns } = asked;
  // A remembered choice stands in the URL too, so that the URL reproduces what is seen.
  useEffect(() => {
    if (search.columns !== undefined || columns === "") return;
    void navigate({ search: (old) => ({ ...old, columns }), replace: true });
  }, [search.columns, columns, navigate]);
  const model = useModel(group, name);
  const versions = useVersions({ group, name, ...asked });
  const stale = staleness(versions.data?.pages[0], versions.dataUpdatedAt);
  const wrongFilter = filterProblem(versions.error);
  const error = model.error ?? (wrongFilter === null ? versions.error : null) ?? stale.error;
  const total = versions.data?.pages[0]?.total;
  const keys = model.data?.columns ?? { params: [], metrics: [], tags: [] };
  const isEmpty = total === 0 && view.filter === "";
  function show({ chosen, sort, filter }: Partial<VersionsTableView>) {
    if (chosen !== undefined) remember(formatColumns(chosen));
    void navigate({
      search: (old) => ({
        ...old,
        ...(chosen === undefined ? {} : { columns: formatColumns(chosen) }),
        ...(sort === undefined ? {} : { sort: formatSort(sort) }),
        ...(filter === undefined ? {} : { filter: filter === "" ? undefined : filter }),
      }),
      replace: filter === undefined,
    });
  }
  return (
    <Page
      title={name}
      tabTitle={`${name} · ${group}`}
      trail={[
        <PageLink key="models" to="/g/$group/models" params={{ group }}>
          Models
        </PageLink>,
      ]}
      beside={
        model.data ? (
          <>
            <FavouriteStar group={group} model={name} favourite={model.data.favourite} />
            <Aliases {...{ group, name }} aliases={model.data.aliases} version={null} />
          </>
        ) : null
      }
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
      {model.data ? <ModelFacts group={group} model={model.data} /> : null}
      {total === undefined && !error && wrongFilter === null ? <PagePending /> : null}
      {isEmpty && !error ? <NoVersions name={name} /> : null}
      {(total !== undefined && !isEmpty) || wrongFilter !== null ? (
        <VersionsTable
          group={group}
          model={name}
          keys={keys}
          aliases={model.data?.aliases.map(({ alias }) => alias) ?? []}
          versionCount={model.data?.versionCount}
          versions={versions}
          view={view}
          onView={show}
          asOfMs={error ? stale.asOfMs : null}
          tools={
            <SavedViews
              table={{ group, model: name }}
              shown={view}
              ready={readyViews(keys, { ofAllModels: false, chosen: view.chosen })}
            />
          }
        />
      ) : null}
    </Page>
  );
}
