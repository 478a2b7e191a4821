import { Group, NativeSelect, Stack, Text } from "@mantine/core";
import type { DeploymentSummary } from "@slipway/contracts/api/deployment";
import { formatModelUri } from "@slipway/contracts/model-uri";
import { ButtonLink, PageLink } from "#components/links.tsx";
import { Section } from "#components/value-table.tsx";
import { VersionChange } from "#components/version-change.tsx";
import { useDeployments } from "#data/deployments.ts";
import { aliasNote } from "#lib/alias-note.ts";
import { formatVersions, parseVersions, type VersionChoice } from "#lib/version-choice.ts";
import { type ComparedColumn, sameVersion, useComparison } from "./use-comparison.ts";

/** What a deployment would do otherwise if it ran one of the versions instead of what it runs. */
export function WhatWouldChange({ columns }: { columns: ComparedColumn[] }) {
  const { group, search, change } = useComparison();
  const query = useDeployments(group);
  const deployments = query.data?.items ?? [];
  const named = parseVersions(search.with ?? "")[0];
  const deployment = deploymentOf(deployments, { id: search.deployment, columns, named });
  const after = named ?? candidateFor(deployment, columns);
  const options = [
    ...columns,
    ...(named && !columns.some((each) => sameVersion(each, named)) ? [named] : []),
  ];
  if (query.data === undefined || after === undefined) return null;
  return (
    <Section title="What would change if I deployed it">
      {deployments.length === 0 ? (
        <Text size="sm">
          Nothing is deployed yet.{" "}
          <PageLink
            to="/g/$group/deployments/new"
            params={{ group }}
            search={{ modelUri: formatModelUri(after.name, after.version) }}
            underline="always"
          >
            Deploy {after.name} version {after.version}
          </PageLink>
        </Text>
      ) : (
        <Stack gap="md">
          <Group align="flex-end">
            <NativeSelect
              label="Deployment"
              data={[
                { value: "", label: "Choose a deployment" },
                ...deployments.map((each) => ({ value: each.id, label: labelOf(each) })),
              ]}
              value={deployment?.id ?? ""}
              onChange={({ currentTarget }) => change({ deployment: currentTarget.value })}
            />
            <NativeSelect
              label="Would run"
              data={options.map((each) => ({
                value: formatVersions([each]),
                label: `${each.name} v${each.version}`,
              }))}
              value={formatVersions([after])}
              onChange={({ currentTarget }) => change({ with: currentTarget.value })}
            />
          </Group>
          {deployment === undefined ? (
            <Text size="sm" c="dimmed">
              {whyNone(search.deployment)}
            </Text>
          ) : (
            <Change group={group} deployment={deployment} after={after} />
          )}
        </Stack>
      )}
    </Section>
  );
}

function whyNone(asked: string | undefined): string {
  if (asked === undefined) return "No deployment serves these models. Choose one to see what would change.";
  if (asked === "") return "Choose a deployment to see what would change.";
  return `There is no deployment '${asked}' in this group. Choose another one.`;
}

interface ChangeProps {
  group: string;
  deployment: DeploymentSummary;
  after: VersionChoice;
}

function Change({ group, deployment, after }: ChangeProps) {
  const { id, name, modelName, modelVersion, resolvedVersion, runningRollout } = deployment;
  const before = { name: modelName, version: modelVersion };
  const runs = resolvedVersion !== null;
  const note = aliasNote(deployment, after);
  if (sameVersion(before, after)) {
    return (
      <Text size="sm">
        <PageLink to="/g/$group/deployments/$id" params={{ group, id }} underline="always">
          {name}
        </PageLink>{" "}
        {runs ? "runs this version already." : "has this version already, and is not running."}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      <Group gap="sm" justify="space-between">
        <Text size="sm">
          <PageLink to="/g/$group/deployments/$id" params={{ group, id }} underline="always">
            {name}
          </PageLink>{" "}
          {runs ? "runs" : "does not run; it would start, and had"} {before.name} version {before.version}
          {runs ? " now" : ""} → would run <strong>{`${after.name} version ${after.version}`}</strong>.
        </Text>
        <Group gap="xs">
          {note?.keepingUri ? (
            <UpdateButton group={group} id={id} uri={note.keepingUri} label="Update to the alias" />
          ) : null}
          <UpdateButton
            group={group}
            id={id}
            uri={formatModelUri(after.name, after.version)}
            label={`Update ${name} to version ${after.version}`}
            filled={!note?.keepingUri}
          />
        </Group>
      </Group>
      {runningRollout === null ? null : (
        <Text size="sm">
          A rollout to revision {runningRollout.revision} goes on: what runs now may be another one in a
          moment.
        </Text>
      )}
      {note === null ? null : <Text size="sm">{note.words}</Text>}
      <VersionChange group={group} before={before} after={after} />
    </Stack>
  );
}

interface UpdateButtonProps {
  group: string;
  id: string;
  uri: string;
  label: string;
  filled?: boolean;
}

function UpdateButton({ group, id, uri, label, filled = true }: UpdateButtonProps) {
  return (
    <ButtonLink
      size="xs"
      variant={filled ? "filled" : "default"}
      to="/g/$group/deployments/$id/update"
      params={{ group, id }}
      search={{ modelUri: uri }}
    >
      {label}
    </ButtonLink>
  );
}

interface DeploymentChoice {
  /** As the URL says; empty for none, undefined where nobody has chosen. */
  id: string | undefined;
  columns: ComparedColumn[];
  named: VersionChoice | undefined;
}

/** The chosen deployment, else one that serves the model; none where no deployment does. */
function deploymentOf(deployments: DeploymentSummary[], { id, columns, named }: DeploymentChoice) {
  if (id !== undefined) return deployments.find((each) => each.id === id);
  const models = new Set(named === undefined ? columns.map(({ name }) => name) : [named.name]);
  return deployments.find(({ modelName }) => models.has(modelName));
}

/** The last version of the same model that the deployment does not run yet. */
function candidateFor(deployment: DeploymentSummary | undefined, columns: ComparedColumn[]) {
  const others = columns.filter(
    ({ name, version }) =>
      deployment === undefined || name !== deployment.modelName || version !== deployment.modelVersion,
  );
  const readable = others.filter(({ query }) => query.data !== undefined);
  return (
    readable.findLast(({ name }) => name === deployment?.modelName) ??
    readable.at(-1) ??
    others.at(-1) ??
    columns.at(-1)
  );
}

function labelOf({ name, modelName, modelVersion, resolvedVersion }: DeploymentSummary): string {
  return `${name} (${resolvedVersion === null ? "not running, " : ""}${modelName} v${modelVersion})`;
}
