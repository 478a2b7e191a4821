import { Group, Switch, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { EmptyPage } from "#components/empty-page.tsx";
import { ButtonLink, PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { SavedViews } from "#components/saved-views.tsx";
import { filterProblem, VersionsTable } from "#components/versions-table/versions-table.tsx";
import { staleness } from "#data/api.ts";
import { useVersions } from "#data/models.ts";
import { useRegistryColumns } from "#data/registry.ts";
import { bestOfEach, readyViews } from "#lib/ready-views.ts";
import {
  allModelsView,
  askedOf,
  filterDeployed,
  isDeployedOnly,
  type ShownView,
  viewSearch,
} from "#lib/shown-view.ts";

const route = getRouteApi("/signed-in/g/$group/versions");

/** The versions of all models in one table. */
export function AllVersionsPage(): ReactNode {
  const { group } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const shown = allModelsView(search);
  const columns = useRegistryColumns(group);
  const { firstOfEach, filter } = shown;
  const versions = useVersions({ group, name: null, ...askedOf(shown) });
  const stale = staleness(versions.data?.pages[0], versions.dataUpdatedAt);
  const wrongFilter = filterProblem(versions.error);
  const error = columns.error ?? (wrongFilter === null ? versions.error : null) ?? stale.error;
  const total = versions.data?.pages[0]?.total;
  const isEmpty = total === 0 && filter === "";
  const keys = columns.data ?? { params: [], metrics: [], tags: [], aliases: [] };
  const isShown = (total !== undefined && !isEmpty) || wrongFilter !== null;
  function show(changes: Partial<ShownView>) {
    void navigate({ search: viewSearch({ ...shown, ...changes }), replace: changes.filter === undefined });
  }
  const switches = (
    <Group gap="lg">
      <Switch
        label="Best of each model"
        checked={firstOfEach}
        onChange={({ currentTarget }) =>
          show(currentTarget.checked ? bestOfEach(keys, shown) : { firstOfEach: false })
        }
      />
      <Switch
        label="Deployed only"
        checked={isDeployedOnly(filter)}
        onChange={({ currentTarget }) => show({ filter: filterDeployed(filter, currentTarget.checked) })}
      />
    </Group>
  );
  return (
    <Page
      title="Versions"
      tabTitle={`Versions · ${group}`}
      trail={[
        <PageLink key="models" to="/g/$group/models" params={{ group }}>
          Models
        </PageLink>,
      ]}
      actions={isShown ? switches : null}
    >
      {error ? (
        <ProblemAlert
          error={error}
          group={group}
          lastGoodMs={stale.asOfMs}
          onRetry={() => void Promise.all([columns.refetch(), versions.refetch()])}
        />
      ) : null}
      {total === undefined && !error && wrongFilter === null ? <PagePending /> : null}
      {isEmpty && !error ? <NothingRegistered group={group} /> : null}
      {isShown ? (
        <VersionsTable
          group={group}
          model={null}
          firstOfEach={firstOfEach}
          keys={keys}
          aliases={keys.aliases}
          versionCount={undefined}
          versions={versions}
          view={shown}
          onView={show}
          asOfMs={error ? stale.asOfMs : null}
          tools={
            <SavedViews
              table={{ group, model: null }}
              shown={shown}
              ready={readyViews(keys, { ofAllModels: true, chosen: shown.chosen })}
            />
          }
        />
      ) : null}
    </Page>
  );
}

function NothingRegistered({ group }: { group: string }) {
  return (
    <EmptyPage title="No version is registered yet">
      <Text>
        The versions of all models stand here: find the best accuracy of each model, what is deployed, or
        every version with a tag.
      </Text>
      <div>
        <ButtonLink to="/g/$group/models" params={{ group }}>
          Go to Models
        </ButtonLink>
      </div>
    </EmptyPage>
  );
}
