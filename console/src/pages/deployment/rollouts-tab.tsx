import { Button, Stack, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import { type Column, DataTable } from "#components/data-table.tsx";
import { FailedAction } from "#components/failed-action.tsx";
import { PageLink } from "#components/links.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ShowOlder } from "#components/show-older.tsx";
import { Sign } from "#components/sign.tsx";
import { Time } from "#components/time.tsx";
import { type DeploymentRef, LIST_MAX } from "#data/deployments.ts";
import { useRollouts } from "#data/rollouts.ts";
import { formatDuration, MISSING } from "#lib/format.ts";
import { rolloutMove, strategyName, sumCounts } from "#lib/rollout-words.ts";
import { ROLLOUT_LOOKS } from "./rollout-looks.ts";
import { RolloutReceipt } from "./rollout-receipt.tsx";
import { useView } from "./use-view.ts";

const SIZE = 100;

/** Every rollout with its receipt. */
export function RolloutsTab({ deployment }: { deployment: Deployment }) {
  const { group, id } = deployment;
  const { search, change } = useView();
  const [size, setSize] = useState(SIZE);
  const rollouts = useRollouts({ group, id }, size);
  if (rollouts.error) return <FailedAction error={rollouts.error} />;
  if (!rollouts.data) return <PagePending rows={3} />;
  const older = (
    <ShowOlder
      more={rollouts.data.nextPageToken !== undefined && size < LIST_MAX}
      onClick={() => setSize(LIST_MAX)}
    />
  );
  if (search.rollout === undefined) {
    return (
      <Stack>
        <DataTable
          label="Rollouts"
          rows={rollouts.data.items}
          rowKey={(rollout) => rollout.id}
          columns={columns({ group, id })}
        />
        {older}
      </Stack>
    );
  }
  const rollout = rollouts.data.items.find((each) => each.id === search.rollout);
  return (
    <Stack>
      <div>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
          onClick={() => change({ rollout: undefined }, { push: true })}
        >
          All rollouts
        </Button>
      </div>
      {rollout === undefined ? (
        <>
          <Text size="sm" c="dimmed">
            There is no rollout {search.rollout} among the {rollouts.data.items.length} newest of this
            deployment.
          </Text>
          {older}
        </>
      ) : (
        <RolloutReceipt rollout={rollout} />
      )}
    </Stack>
  );
}

function columns({ group, id }: DeploymentRef): Column<Rollout>[] {
  return [
    {
      key: "id",
      title: "Rollout",
      cell: (rollout) => (
        <PageLink
          to="/g/$group/deployments/$id"
          params={{ group, id }}
          search={{ tab: "rollouts", rollout: rollout.id }}
          style={{ whiteSpace: "nowrap" }}
        >
          {rollout.id} · {rolloutMove(rollout)}
        </PageLink>
      ),
    },
    { key: "state", title: "State", cell: ({ state }) => <Sign look={ROLLOUT_LOOKS[state]} /> },
    { key: "strategy", title: "Strategy", cell: ({ strategy }) => strategyName(strategy) },
    { key: "author", title: "By", cell: ({ author }) => author },
    { key: "startedAt", title: "Started", cell: ({ startedAt }) => <Time at={startedAt} /> },
    {
      key: "duration",
      title: "Took",
      align: "numeric",
      cell: ({ durationMs }) => (durationMs === null ? MISSING : formatDuration(durationMs)),
    },
    {
      key: "served",
      title: "Served",
      align: "numeric",
      cell: (rollout) => sumCounts(rollout).served.toLocaleString("en"),
    },
    {
      key: "failed",
      title: "Failed",
      align: "numeric",
      cell: (rollout) => sumCounts(rollout).failed.toLocaleString("en"),
    },
  ];
}
