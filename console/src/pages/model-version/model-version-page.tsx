import { Alert, Badge, Grid, Stack, Text } from "@mantine/core";
import type { ModelVersionDetail } from "@slipway/contracts/api/model";
import { IconAlertTriangle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CodeBlock, CopyIcon } from "#components/copy.tsx";
import { DeployMenu } from "#components/deploy-menu.tsx";
import { MlflowUiButton } from "#components/external-link.tsx";
import { PageLink } from "#components/links.tsx";
import { Markdown } from "#components/markdown.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Section, ValueTable } from "#components/value-table.tsx";
import { useVersion } from "#data/models.ts";
import { formatMetric, fullMetric } from "#lib/format.ts";
import { prettyJson } from "#lib/pretty-json.ts";
import { BenchmarkCard } from "./benchmark-card.tsx";
import { SignatureTable } from "./signature-table.tsx";
import { VersionFacts } from "./version-facts.tsx";

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
      beside={query.data?.aliases.map((alias) => (
        <Badge key={alias} variant="light" color="grape" tt="none">
          @{alias}
        </Badge>
      ))}
      actions={
        <>
          <MlflowUiButton href={query.data?.url} />
          {query.data ? <DeployMenu group={group} model={name} version={version} filled /> : null}
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
        >
          {warning}
        </Alert>
      ))}
      {description === "" ? null : <Markdown text={description} />}
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
            <ValueTable title="Tags" none="The version has no tags." values={asText(detail.tags)} />
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
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 1, md: 2 }}>
          <VersionFacts group={group} detail={detail} />
        </Grid.Col>
      </Grid>
    </>
  );
}

function asText(values: Record<string, string>) {
  return Object.entries(values).map(([name, value]) => ({ name, value, text: value }));
}
