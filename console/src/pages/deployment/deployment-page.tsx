import { Tabs, VisuallyHidden } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Status } from "#components/status.tsx";
import { useDeployment } from "#data/deployments.ts";
import { AliasBanner } from "./alias-banner.tsx";
import { ClientsTab } from "./clients-tab.tsx";
import { DeploymentActions } from "./deployment-actions.tsx";
import { EventsTab } from "./events-tab.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { LogsTab } from "./logs-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { RolloutSection } from "./rollout-section.tsx";
import { RolloutsTab } from "./rollouts-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { Situation } from "./situation.tsx";
import { Summary } from "./summary.tsx";
import { useView } from "./use-view.ts";

const route = getRouteApi("/signed-in/g/$group/deployments/$id");
/** With the library that draws: loaded when it is first opened. */
const MetricsTab = lazy(() =>
  import("./metrics-tab.tsx").then(({ MetricsTab: View }) => ({ default: View })),
);
const TABS = [
  { key: "overview", title: "Overview", View: OverviewTab },
  { key: "metrics", title: "Metrics", View: MetricsTab },
  { key: "logs", title: "Logs", View: LogsTab },
  { key: "history", title: "History", View: HistoryTab },
  { key: "rollouts", title: "Rollouts", View: RolloutsTab },
  { key: "clients", title: "Clients", View: ClientsTab },
  { key: "events", title: "Events", View: EventsTab },
  { key: "settings", title: "Settings", View: SettingsTab },
];

/** One deployment: what it does now, how to call it, what has happened. */
export function DeploymentPage(): ReactNode {
  const { group, id } = route.useParams();
  const query = useDeployment({ group, id });
  const deployment = query.data;
  return (
    <Page
      title={deployment?.name ?? id}
      tabTitle={`${deployment?.name ?? id} · ${deployment?.status ?? group}`}
      trail={[
        <PageLink key="deployments" to="/g/$group/deployments" params={{ group }}>
          Deployments
        </PageLink>,
      ]}
      beside={deployment ? <Status status={deployment.status} size="md" /> : null}
      actions={deployment ? <DeploymentActions deployment={deployment} /> : null}
    >
      <VisuallyHidden aria-live="polite" role="status">
        {deployment ? `Status: ${deployment.status}` : ""}
      </VisuallyHidden>
      {query.error ? (
        <ProblemAlert error={query.error} group={group} onRetry={() => void query.refetch()} />
      ) : null}
      {deployment ? <Body deployment={deployment} /> : query.error ? null : <PagePending />}
    </Page>
  );
}

/** In a narrow window the list of tabs scrolls by itself: the selected one is brought into view. */
function showSelected(list: HTMLDivElement | null): void {
  const selected = list?.querySelector<HTMLElement>('[aria-selected="true"]');
  if (list && selected) list.scrollLeft = selected.offsetLeft - (list.clientWidth - selected.offsetWidth) / 2;
}

/** What has gone well needs no room on the other tabs. */
function isThrough({ rollout }: Deployment): boolean {
  return rollout?.state === "succeeded";
}

function Body({ deployment }: { deployment: Deployment }) {
  const { search, openTab } = useView();
  const list = useRef<HTMLDivElement>(null);
  const tab = TABS.find(({ key }) => key === search.tab)?.key ?? "overview";
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another place in the list
  useEffect(() => showSelected(list.current), [tab]);
  return (
    <>
      <Summary deployment={deployment} />
      <AliasBanner deployment={deployment} />
      <Situation deployment={deployment} />
      {deployment.steps.length > 0 && (tab === "overview" || !isThrough(deployment)) ? (
        <RolloutSection deployment={deployment} />
      ) : null}
      <Tabs value={tab} keepMounted={false} onChange={(next) => openTab(next ?? "overview")}>
        <Tabs.List ref={list} style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" }}>
          {TABS.map(({ key, title }) => (
            <Tabs.Tab key={key} value={key}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(({ key, View }) => (
          <Tabs.Panel key={key} value={key} pt="md">
            <Suspense fallback={<PagePending rows={3} />}>
              <View deployment={deployment} />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
