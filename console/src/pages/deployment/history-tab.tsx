import { Badge, Button, Group, Modal, Text } from "@mantine/core";
import type { Deployment, Revision } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { useState } from "react";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PageLink } from "#components/links.tsx";
import { PagePending } from "#components/page-states.tsx";
import { Time } from "#components/time.tsx";
import { useDeploymentAction, useRevisions, useRollouts } from "#data/deployments.ts";
import { MISSING } from "#lib/format.ts";

/** The revisions, each with the way back to it. */
export function HistoryTab({ deployment }: { deployment: Deployment }) {
  const { group, id } = deployment;
  const revisions = useRevisions({ group, id });
  const rollouts = useRollouts({ group, id }).data?.items ?? [];
  const [target, setTarget] = useState<Revision | null>(null);
  const rollBack = useDeploymentAction({ group, id });
  if (revisions.error) return <FailedAction error={revisions.error} />;
  if (!revisions.data) return <PagePending rows={3} />;
  return (
    <>
      <DataTable
        label="Revisions"
        rows={revisions.data.items}
        rowKey={({ number }) => String(number)}
        columns={columns(deployment, rollouts, setTarget)}
      />
      <Modal
        opened={target !== null}
        onClose={() => setTarget(null)}
        title={`Roll back to revision ${target?.number}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">
          A new revision is made that copies revision {target?.number} ({target?.modelUri}, {target?.access}).
          What serves now keeps serving until it is ready.
        </Text>
        <FailedAction error={rollBack.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setTarget(null)}>
            Cancel
          </Button>
          <Button
            data-autofocus
            loading={rollBack.isPending}
            onClick={() => {
              if (target === null) return;
              rollBack.mutate(
                { verb: "rollback", revision: target.number },
                { onSuccess: () => setTarget(null) },
              );
            }}
          >
            Roll back
          </Button>
        </Group>
      </Modal>
    </>
  );
}

interface RevisionState {
  word: string;
  color: string;
  why: string | null;
}

/** What became of a revision. */
function stateOf(number: number, servingRevision: number | null, rollouts: Rollout[]): RevisionState | null {
  if (number === servingRevision) return { word: "serving", color: "green", why: null };
  const rollout = rollouts.find(({ revision }) => revision === number);
  switch (rollout?.state) {
    case undefined:
      return null;
    case "running":
      return { word: "deploying", color: "blue", why: null };
    case "failed":
      return { word: "failed", color: "red", why: rollout.message };
    case "superseded":
      return {
        word: "superseded",
        color: "gray",
        why: "A newer revision took its place before it was live.",
      };
    case "aborted":
    case "returned":
      return { word: rollout.state, color: "orange", why: rollout.message };
    case "succeeded":
      return { word: "has served", color: "gray", why: null };
  }
}

function columns(
  deployment: Deployment,
  rollouts: Rollout[],
  onRollBack: (revision: Revision) => void,
): Column<Revision>[] {
  const { group, servingRevision, latestRevision } = deployment;
  return [
    {
      key: "number",
      title: "Revision",
      cell: ({ number }) => {
        const badge = stateOf(number, servingRevision, rollouts);
        return (
          <Group gap="xs" wrap="nowrap">
            {number}
            {badge === null ? null : (
              <Badge size="sm" variant="light" color={badge.color} title={badge.why ?? undefined}>
                {badge.word}
              </Badge>
            )}
          </Group>
        );
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
    { key: "access", title: "Access", cell: ({ access }) => access },
    { key: "author", title: "Author", cell: ({ author }) => author },
    { key: "createdAt", title: "Made", cell: ({ createdAt }) => <Time at={createdAt} /> },
    { key: "message", title: "Message", cell: ({ updateMessage }) => updateMessage || MISSING },
    {
      key: "action",
      title: "Action",
      align: "last-action",
      cell: (revision) =>
        revision.number === servingRevision && revision.number === latestRevision ? null : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Roll back to this: revision ${revision.number}`}
            onClick={() => onRollBack(revision)}
          >
            Roll back to this
          </Button>
        ),
    },
  ];
}
