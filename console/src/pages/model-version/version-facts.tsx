import { Stack, Text } from "@mantine/core";
import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import type { ReactNode } from "react";
import { CopyText } from "#components/copy.tsx";
import { DeployedBy } from "#components/deployed-by.tsx";
import { ExternalLink } from "#components/external-link.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { formatBytes, MISSING } from "#lib/format.ts";

/** When, from where and with what a version was made. */
export function VersionFacts({ group, detail }: { group: string; detail: ModelVersionDetail }) {
  const { loggedModel } = detail;
  return (
    <Stack>
      <Section title="Deployed By">
        {detail.deployedBy.length === 0 ? (
          <Text size="sm">Not deployed.</Text>
        ) : (
          <DeployedBy group={group} deployments={detail.deployedBy} />
        )}
      </Section>
      <Section title="About">
        <dl className="fact-list">
          <Fact term="Model URI">
            <CopyText text={detail.modelUri} what="the model URI" />
          </Fact>
          <Fact term="Registered At">
            <Time at={detail.registeredAt} exact />
          </Fact>
          <Fact term="Last Modified">
            <Time at={detail.lastModifiedAt} exact />
          </Fact>
          {detail.registeredBy === null ? null : <Fact term="Registered by">{detail.registeredBy}</Fact>}
          <Fact term="Source Run">
            <SourceRun run={detail.sourceRun} />
          </Fact>
          {loggedModel === null ? null : (
            <Fact term="Logged model">
              <ExternalLink href={loggedModel.url}>{loggedModel.id}</ExternalLink>
            </Fact>
          )}
          {detail.status === "READY" ? null : <Fact term="Status">{detail.status}</Fact>}
          <Fact term="Size">{detail.sizeBytes === null ? MISSING : formatBytes(detail.sizeBytes)}</Fact>
          <Fact term="Flavours">
            {detail.flavors.length === 0
              ? MISSING
              : detail.flavors
                  .map(({ name, version }) => (version === null ? name : `${name} ${version}`))
                  .join(", ")}
          </Fact>
          <Fact term="Python">{detail.pythonVersion ?? MISSING}</Fact>
          <Fact term="Logged with">
            {detail.mlflowVersion === null ? MISSING : `MLflow ${detail.mlflowVersion}`}
          </Fact>
          <Fact term="Source">
            <span className="mono">{detail.source}</span>
          </Fact>
        </dl>
      </Section>
    </Stack>
  );
}

function SourceRun({ run }: { run: ModelVersionDetail["sourceRun"] }) {
  if (run === null) return "No run: the version was registered from files.";
  const name = run.name ?? `Run ${run.id}`;
  switch (run.state) {
    case "active":
      return <ExternalLink href={run.url}>{name}</ExternalLink>;
    case "deleted":
      return (
        <>
          <ExternalLink href={run.url}>{name}</ExternalLink> is deleted: it is in MLflow's trash.
        </>
      );
    case "missing":
      return `Run ${run.id} no longer exists in MLflow.`;
  }
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
