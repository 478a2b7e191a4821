import { Alert, Tabs, Text, VisuallyHidden } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Status } from "#components/status.tsx";
import { Time } from "#components/time.tsx";
import { useDeployment } from "#data/deployments.ts";
import { ClientsTab } from "./clients-tab.tsx";
import { DeploymentActions } from "./deployment-actions.tsx";
import { EventsTab } from "./events-tab.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { LogsTab } from "./logs-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { RolloutSteps } from "./rollout-steps.tsx";

const route = getRouteApi("/signed-in/g/$group/deployments/$id");
const TABS = ["overview", "logs", "history", "clients", "events"] as const;
const TITLES = {
  overview: "Overview",
  logs: "Logs",
  history: "History",
  clients: "Clients",
  events: "Events",
};

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

function Body({ deployment }: { deployment: Deployment }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = TABS.find((each) => each === search.tab) ?? "overview";
  return (
    <>
      <Summary deployment={deployment} />
      <Situation deployment={deployment} />
      {deployment.steps.length > 0 ? <RolloutSteps deployment={deployment} /> : null}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: (old) => ({ ...old, tab: next === "overview" ? undefined : (next ?? undefined) }),
            replace: true,
          })
        }
      >
        <Tabs.List style={{ flexWrap: "nowrap", overflowX: "auto", overflowY: "hidden" }}>
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {TITLES[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" pt="md">
          <OverviewTab deployment={deployment} />
        </Tabs.Panel>
        <Tabs.Panel value="logs" pt="md">
          <LogsTab
            deployment={deployment}
            chosen={search.replica}
            onChoose={(replica) => void navigate({ search: (old) => ({ ...old, replica }), replace: true })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="md">
          <HistoryTab deployment={deployment} />
        </Tabs.Panel>
        <Tabs.Panel value="clients" pt="md">
          <ClientsTab deployment={deployment} />
        </Tabs.Panel>
        <Tabs.Panel value="events" pt="md">
          <EventsTab deployment={deployment} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Summary({ deployment }: { deployment: Deployment }) {
  const { group, modelUri, modelName, modelVersion, servingRevision, latestRevision, access } = deployment;
  return (
    <Text size="sm" component="div" className="break-anywhere">
      <PageLink
        className="mono"
        to="/g/$group/models/$name/versions/$version"
        params={{ group, name: modelName, version: modelVersion }}
      >
        {modelUri}
      </PageLink>
      {deployment.requestedModelUri === modelUri ? "" : ` (asked for as ${deployment.requestedModelUri})`} ·
      revision {servingRevision ?? latestRevision} by {deployment.updatedBy},{" "}
      <Time at={deployment.updatedAt} /> · {access} · {deployment.availableReplicas}/{deployment.replicas}{" "}
      replicas available · created <Time at={deployment.createdAt} /> by {deployment.createdBy}
    </Text>
  );
}

/** Says what a person must know beside the status. */
function Situation({ deployment }: { deployment: Deployment }) {
  const { status, rollout, message, reason, servingRevision, stale } = deployment;
  const failedUpdate = status !== "Failed" && rollout?.state === "failed" && servingRevision !== null;
  const failedStep = deployment.steps.find((step) => step.state === "failed");
  return (
    <>
      {stale ? (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="This may be out of date">
          The data plane has not reported lately. What it serves keeps being served; the facts below are the
          last known.
        </Alert>
      ) : null}
      {failedUpdate ? (
        <Alert
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={`Revision ${rollout.revision} failed`}
        >
          <Text size="sm" className="break-anywhere">
            {rollout.message ?? "It did not become ready."}
          </Text>
          <Text size="sm" mt={4}>
            Revision {servingRevision} ({deployment.modelUri}) is still serving.
          </Text>
        </Alert>
      ) : null}
      {status === "Failed" ? (
        <Alert
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={failedStep ? `The step “${failedStep.name}” failed` : reason}
        >
          <Text size="sm" className="break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
            {message || failedStep?.message}
          </Text>
        </Alert>
      ) : null}
      {status !== "Failed" && !failedUpdate && message !== "" ? (
        <Text size="sm" c="dimmed" className="break-anywhere">
          {message}
        </Text>
      ) : null}
    </>
  );
}
