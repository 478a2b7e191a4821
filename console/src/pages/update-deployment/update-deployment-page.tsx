import { Alert } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Status } from "#components/status.tsx";
import { useDeployment } from "#data/deployments.ts";
import { UpdateForm } from "./update-form.tsx";

const route = getRouteApi("/signed-in/g/$group/deployments/$id/update");

/** An update of a deployment, starting from what it has now. */
export function UpdateDeploymentPage(): ReactNode {
  const { group, id } = route.useParams();
  const { modelUri } = route.useSearch();
  const deployment = useDeployment({ group, id });
  const name = deployment.data?.name ?? id;
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
      {deployment.data?.status === "Stopped" ? (
        <Alert color="blue" maw={760}>
          This deployment is stopped. Deploying starts it.
        </Alert>
      ) : null}
      {deployment.data ? (
        <UpdateForm key={modelUri} deployment={deployment.data} modelUri={modelUri} />
      ) : deployment.error ? null : (
        <PagePending />
      )}
    </Page>
  );
}
