import { Alert } from "@mantine/core";
import type { Deployment, Revision } from "@slipway/contracts/api/deployment";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Status } from "#components/status.tsx";
import { useDeployment, useRevisions } from "#data/deployments.ts";
import { UpdateForm } from "./update-form.tsx";

const route = getRouteApi("/signed-in/g/$group/deployments/$id/update");

/** An update of a deployment, starting from its newest revision. */
export function UpdateDeploymentPage(): ReactNode {
  const { group, id } = route.useParams();
  const { modelUri } = route.useSearch();
  const deployment = useDeployment({ group, id });
  const revisions = useRevisions({ group, id });
  const name = deployment.data?.name ?? id;
  // A form that started from a remembered answer could start from an old revision; once it is there, it stays.
  const [startedFor, setStartedFor] = useState<string | null>(null);
  const isFresh = deployment.isFetchedAfterMount || !deployment.isFetching;
  if (isFresh && deployment.data !== undefined && startedFor !== id) setStartedFor(id);
  const started = startedFor === id ? deployment.data : undefined;
  return (
    <Page
      title="Update"
      tabTitle={`Update ${name} · ${group}`}
      trail={[
        <PageLink key="deployments" to="/g/$group/deployments" params={{ group }}>
          Deployments
        </PageLink>,
        <PageLink key="deployment" to="/g/$group/deployments/$id" params={{ group, id }}>
          {name}
        </PageLink>,
      ]}
      beside={deployment.data ? <Status status={deployment.data.status} size="md" /> : null}
    >
      {deployment.error ? (
        <ProblemAlert error={deployment.error} group={group} onRetry={() => void deployment.refetch()} />
      ) : null}
      {started?.status === "Stopped" ? (
        <Alert color="blue" maw={760}>
          This deployment is stopped. Deploying starts it.
        </Alert>
      ) : null}
      {started ? (
        <UpdateForm
          key={`${id} ${modelUri}`}
          deployment={started}
          serving={servingRevision(started, revisions.data?.items ?? [])}
          modelUri={modelUri}
          onStale={() => void deployment.refetch()}
        />
      ) : deployment.error ? null : (
        <PagePending />
      )}
    </Page>
  );
}

/** What runs now; null while nothing does. */
function servingRevision(deployment: Deployment, revisions: Revision[]): Revision | null {
  if (deployment.servingRevision === null) return null;
  return (
    [deployment.latest, ...revisions].find(({ number }) => number === deployment.servingRevision) ?? null
  );
}
