import { Button, Group, Text } from "@mantine/core";
import type { Deployment, Revision } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { type Column, DataTable } from "#components/data-table.tsx";
import { PageLink } from "#components/links.tsx";
import { Sign } from "#components/sign.tsx";
import { Time } from "#components/time.tsx";
import { MISSING } from "#lib/format.ts";
import type { RevisionRange } from "#lib/revision-range.ts";
import { lookOfRevision } from "./revision-state.ts";

interface RevisionListProps {
  deployment: Deployment;
  /** Newest first. */
  revisions: Revision[];
  rollouts: Rollout[];
  onRollBack: (revision: Revision) => void;
  onCompare: (range: RevisionRange) => void;
}

/** The revisions: what, who, when, why, and what became of each. */
export function RevisionList({ deployment, revisions, rollouts, onRollBack, onCompare }: RevisionListProps) {
  return (
    <DataTable
      label="Revisions"
      rows={revisions}
      rowKey={({ number }) => String(number)}
      columns={[
        ...factColumns(deployment, rollouts),
        actionColumn(deployment, { revisions, onRollBack, onCompare }),
      ]}
    />
  );
}

function factColumns(deployment: Deployment, rollouts: Rollout[]): Column<Revision>[] {
  const { group, id } = deployment;
  return [
    {
      key: "number",
      title: "Revision",
      cell: ({ number, rollbackOf }) => (
        <>
          <PageLink
            to="/g/$group/deployments/$id"
            params={{ group, id }}
            search={(old: Record<string, string | undefined>) => ({
              ...old,
              tab: "history",
              revision: String(number),
            })}
            replace
            aria-label={`Revision ${number}`}
            fw={600}
          >
            {number}
          </PageLink>
          {rollbackOf === null ? null : (
            <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              back to {rollbackOf}
            </Text>
          )}
        </>
      ),
    },
    {
      key: "state",
      title: "State",
      cell: ({ number }) => {
        const look = lookOfRevision(number, deployment, rollouts);
        return look === null ? MISSING : <Sign look={look} />;
      },
    },
    {
      key: "model",
      title: "Model URI",
      cell: ({ modelUri, modelName, resolvedVersion, requestedModelUri }) => (
        <>
          <PageLink
            className="mono"
            to="/g/$group/models/$name/versions/$version"
            params={{ group, name: modelName, version: resolvedVersion }}
          >
            {modelUri}
          </PageLink>
          {requestedModelUri === modelUri ? null : (
            <Text size="xs" c="dimmed">
              asked for as {requestedModelUri}
            </Text>
          )}
        </>
      ),
    },
    {
      key: "made",
      title: "Made",
      cell: ({ createdAt, author }) => (
        <span style={{ whiteSpace: "nowrap" }}>
          <Time at={createdAt} /> by {author}
        </span>
      ),
    },
    {
      key: "message",
      title: "Message",
      cell: ({ updateMessage }) => (
        <Text size="sm" lineClamp={2} title={updateMessage} className="break-anywhere">
          {updateMessage || MISSING}
        </Text>
      ),
    },
  ];
}

function actionColumn(
  { servingRevision, latestRevision }: Deployment,
  { revisions, onRollBack, onCompare }: Pick<RevisionListProps, "revisions" | "onRollBack" | "onCompare">,
): Column<Revision> {
  return {
    key: "action",
    title: "Action",
    align: "last-action",
    cell: (revision) => {
      const before = revisions.find(({ number }) => number < revision.number);
      return (
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          {before === undefined ? null : (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={`What changed in revision ${revision.number}`}
              onClick={() => onCompare({ from: before.number, to: revision.number })}
            >
              What changed
            </Button>
          )}
          {revision.number === servingRevision && revision.number === latestRevision ? null : (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Roll back to this: revision ${revision.number}`}
              onClick={() => onRollBack(revision)}
            >
              Roll back to this
            </Button>
          )}
        </Group>
      );
    },
  };
}
