import { Group, Switch, Text } from "@mantine/core";
import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { DataTable } from "#components/data-table.tsx";
import { EmptyPage, NothingFound } from "#components/empty-page.tsx";
import { ButtonLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { SearchBox } from "#components/search-box.tsx";
import { useUrlText } from "#components/use-url-text.ts";
import { useDeployments } from "#data/deployments.ts";
import { useLive } from "#data/live.ts";
import { plural } from "#lib/format.ts";
import { formatSort, parseSort, type Sort } from "#lib/table-view.ts";
import { deploymentColumns } from "./deployment-columns.tsx";

const route = getRouteApi("/signed-in/g/$group/deployments");

/** All deployments of the group, as they change. */
export function DeploymentsPage(): ReactNode {
  const { group } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const live = useLive();
  const mine = search.mine === "true";
  const deployments = useDeployments(group, { mine, watchTraffic: true });
  const [text, setText] = useUrlText(search.search, (next) => {
    void navigate({ search: (old) => ({ ...old, search: next }), replace: true });
  });
  const sort = parseSort(search.sort, { key: "updatedAt", descending: true });
  const items = deployments.data?.items;
  const rows = useMemo(() => view(items ?? [], text, sort), [items, text, sort]);
  return (
    <Page
      title="Deployments"
      tabTitle={`Deployments · ${group}`}
      actions={
        <ButtonLink to="/g/$group/deployments/new" params={{ group }}>
          New deployment
        </ButtonLink>
      }
    >
      {deployments.error ? (
        <ProblemAlert error={deployments.error} group={group} onRetry={() => void deployments.refetch()} />
      ) : null}
      {items === undefined && !deployments.error ? <PagePending /> : null}
      {items?.length === 0 && !mine ? <NoDeployments group={group} /> : null}
      {items !== undefined && (items.length > 0 || mine) ? (
        <>
          <Group justify="space-between">
            <Group>
              <SearchBox label="Search deployments" value={text} onChange={setText} />
              <Switch
                label="Mine"
                checked={mine}
                onChange={(event) => {
                  const next = event.currentTarget.checked ? "true" : undefined;
                  void navigate({ search: (old) => ({ ...old, mine: next }), replace: true });
                }}
              />
            </Group>
            <Text size="sm" c="dimmed" aria-live="polite">
              {rows.length === items.length
                ? plural(items.length, "deployment")
                : `${rows.length} of ${plural(items.length, "deployment")}`}
              {live ? " · live" : ""}
            </Text>
          </Group>
          {rows.length > 0 ? (
            <DataTable
              label="Deployments"
              rows={rows}
              rowKey={({ id }) => id}
              columns={deploymentColumns(group)}
              sort={sort}
              onSort={(next) =>
                void navigate({ search: (old) => ({ ...old, sort: formatSort(next) }), replace: true })
              }
            />
          ) : text === "" ? (
            <Text c="dimmed" py="lg" ta="center">
              None of the deployments is yours.
            </Text>
          ) : (
            <NothingFound search={text} />
          )}
        </>
      ) : null}
    </Page>
  );
}

function NoDeployments({ group }: { group: string }) {
  return (
    <EmptyPage title="Nothing is deployed yet">
      <Text>
        Pick a version of a registered model and choose Deploy → + Create new deployment. Slipway builds its
        environment, tries a real prediction and gives you a URL to call.
      </Text>
      <div>
        <ButtonLink to="/g/$group/models" params={{ group }}>
          Go to Models
        </ButtonLink>
      </div>
    </EmptyPage>
  );
}

function view(deployments: DeploymentSummary[], search: string, sort: Sort): DeploymentSummary[] {
  const wanted = search.trim().toLowerCase();
  const direction = sort.descending ? -1 : 1;
  return deployments
    .filter(({ id, name, modelName, status, updatedBy }) =>
      `${id}\n${name}\n${modelName}\n${status}\n${updatedBy}`.toLowerCase().includes(wanted),
    )
    .toSorted(
      (a, b) =>
        direction * order.compare(sortText(a, sort.key), sortText(b, sort.key)) ||
        order.compare(a.name, b.name),
    );
}

const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function sortText(deployment: DeploymentSummary, key: string): string {
  switch (key) {
    case "status":
      return deployment.status;
    case "name":
      return deployment.name;
    case "model":
      return `${deployment.modelName} ${deployment.modelVersion}`;
    case "traffic":
      return String(deployment.traffic.requestsLastMinute);
    case "access":
      return deployment.access;
    default:
      return deployment.updatedAt;
  }
}
