import { Alert, Grid, Stack, Text } from "@mantine/core";
import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import { IconAlertTriangle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CodeBlock, CopyIcon } from "#components/copy.tsx";
import { DeployMenu } from "#components/deploy-menu.tsx";
import { MlflowUiButton } from "#components/external-link.tsx";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { PreflightCard } from "#components/preflight.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Aliases } from "#components/registry-edit/aliases.tsx";
import { Description } from "#components/registry-edit/description.tsx";
import { EditTagsButton } from "#components/registry-edit/edit-tags-button.tsx";
import { Section, ValueTable } from "#components/value-table.tsx";
import { useVersion } from "#data/models.ts";
import { formatMetric, fullMetric } from "#lib/format.ts";
import { prettyJson } from "#lib/pretty-json.ts";
import { BenchmarkCard } from "./benchmark-card.tsx";
import { CompareMenu } from "./compare-menu.tsx";
import { FilesSection } from "./files/files-section.tsx";
import { SignatureTable } from "./signature-table.tsx";
import { VersionFacts } from "./version-facts.tsx";
import { VersionMenu } from "./version-menu.tsx";

const route = getRouteApi("/signed-in/g/$group/models/$name/versions/$version");

/** Everything about one version. */
export function ModelVersionPage(): ReactNode {
  const { group, name, version } = route.useParams();
  const query = useVersion(group, name, version);
  return (
    <Page
      title={`Version ${version}`}
      tabTitle={`${name} v${version} · ${group}`}
      trail={[
        <PageLink key="models" to="/g/$group/models" params={{ group }}>
          Models
        </PageLink>,
        <PageLink key="model" to="/g/$group/models/$name" params={{ group, name }} className="break-anywhere">
          {name}
        </PageLink>,
      ]}
      beside={
        query.data ? (
          <Aliases
            {...{ group, name, version }}
            aliases={query.data.aliases.map((alias) => ({ alias, version }))}
          />
        ) : null
      }
      actions={
        <>
          <MlflowUiButton href={query.data?.url} />
          {query.data ? <CompareMenu group={group} name={name} version={version} /> : null}
          {query.data ? <DeployMenu group={group} model={name} version={version} filled /> : null}
          {query.data ? <VersionMenu {...{ group, name, version }} aliases={query.data.aliases} /> : null}
        </>
      }
    >
      {query.error ? (
        <ProblemAlert
          error={query.error}
          group={group}
          lastGoodMs={query.dataUpdatedAt}
          onRetry={() => void query.refetch()}
        />
      ) : null}
      {query.data ? <Detail group={group} detail={query.data} /> : query.error ? null : <PagePending />}
    </Page>
  );
}

function Detail({ group, detail }: { group: string; detail: ModelVersionDetail }) {
  const { description, warnings, inputExample, requirements } = detail;
  return (
    <>
      {warnings.map((warning) => (
        <Alert
          key={warning}
          color="yellow"
          icon={<IconAlertTriangle aria-hidden />}
          title="Not everything could be read"
          className="break-anywhere"
        >
          {warning}
        </Alert>
      ))}
      <Description about={{ group, name: detail.name, version: detail.version }} text={description} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }} order={{ base: 2, md: 1 }}>
          <Stack>
            <ValueTable
              title="Metrics"
              none="The source run logged no metrics."
              numeric
              values={Object.entries(detail.metrics).map(([key, value]) => ({
                name: key,
                value: formatMetric(value),
                text: fullMetric(value),
              }))}
            />
            <BenchmarkCard group={group} name={detail.name} version={detail.version} />
            <ValueTable
              title="Parameters"
              none="The source run logged no parameters."
              values={asText(detail.params)}
            />
            <ValueTable
              title="Tags"
              none="The version has no tags."
              values={asText(detail.tags)}
              action={
                <EditTagsButton
                  about={{ group, name: detail.name, version: detail.version }}
                  tags={detail.tags}
                />
              }
            />
            <SignatureTable signature={detail.signature} />
            <Section title="Input example">
              {inputExample === null ? (
                <Text size="sm" c="dimmed">
                  The version was logged without an input example and without a signature to make one from.
                </Text>
              ) : (
                <Stack gap="xs">
                  {inputExample.from === "signature" ? (
                    <Text size="sm" c="dimmed">
                      Made from the signature: the version was logged without an input example.
                    </Text>
                  ) : null}
                  <CodeBlock code={prettyJson(inputExample.body)} what="input example" />
                </Stack>
              )}
            </Section>
            <Section
              title="Requirements"
              beside={
                requirements.length > 0 ? (
                  <CopyIcon text={requirements.join("\n")} what="the requirements" />
                ) : null
              }
            >
              {requirements.length === 0 ? (
                <Text size="sm" c="dimmed">
                  The version names no Python packages.
                </Text>
              ) : (
                <Text component="div" className="mono break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
                  {requirements.join("\n")}
                </Text>
              )}
            </Section>
            <FilesSection />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 1, md: 2 }}>
          <Stack>
            <PreflightCard version={{ group, name: detail.name, version: detail.version }} />
            <VersionFacts group={group} detail={detail} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

function asText(values: Record<string, string>) {
  return Object.entries(values).map(([name, value]) => ({ name, value, text: value }));
}
