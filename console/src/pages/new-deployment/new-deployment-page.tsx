import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageLink } from "#components/links.tsx";

import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { useDeployments } from "#data/deployments.ts";
import { proposeUniqueName } from "#lib/naming.ts";
import { readModelUri } from "#lib/read-model-uri.ts";
import { NewDeploymentForm } from "./new-deployment-form.tsx";

const route = getRouteApi("/signed-in/g/$group/deployments/new");

/** A new deployment, with everything proposed. */
export function NewDeploymentPage(): ReactNode {
  const { group } = route.useParams();
  const { modelUri = "" } = route.useSearch();
  const deployments = useDeployments(group);
  const known = deployments.data?.items ?? (deployments.error ? [] : null);
  return (
    <Page
      title="New deployment"
      tabTitle={`New deployment · ${group}`}
      trail={[
        <PageLink key="deployments" to="/g/$group/deployments" params={{ group }}>
          Deployments
        </PageLink>,
      ]}
    >
      {known === null ? (
        <PagePending />
      ) : (
        <NewDeploymentForm
          key={modelUri}
          group={group}
          modelUri={modelUri}
          proposedName={proposeName(modelUri, known)}
          existing={known}
        />
      )}
    </Page>
  );
}

function proposeName(modelUri: string, existing: DeploymentSummary[]): string {
  const read = readModelUri(modelUri);
  if (!("reference" in read)) return "";
  return proposeUniqueName(
    read.reference.name,
    existing.map(({ name }) => name),
  );
}
