import { Stack } from "@mantine/core";
import type { Deployment, Revision } from "@slipway/contracts/api/deployment";
import { useState } from "react";
import { FailedAction } from "#components/failed-action.tsx";
import { PagePending } from "#components/page-states.tsx";
import { useRevisions } from "#data/deployments.ts";
import { useRollouts } from "#data/rollouts.ts";
import { formatRange, parseRange } from "#lib/revision-range.ts";
import { RevisionDiff } from "./revision-diff.tsx";
import { RevisionDrawer } from "./revision-drawer.tsx";
import { RevisionList } from "./revision-list.tsx";
import { RollBackModal } from "./roll-back-modal.tsx";
import { ServedAt } from "./served-at.tsx";
import { useView } from "./use-view.ts";

/** Every revision with the way back to it, what differs between any two, and what served at a time. */
export function HistoryTab({ deployment }: { deployment: Deployment }) {
  const { group, id } = deployment;
  const { search, change } = useView();
  const revisions = useRevisions({ group, id });
  const rollouts = useRollouts({ group, id }).data?.items ?? [];
  const [target, setTarget] = useState<Revision | null>(null);
  if (revisions.error) return <FailedAction error={revisions.error} />;
  if (!revisions.data) return <PagePending rows={3} />;
  const { items } = revisions.data;
  const opened = items.find(({ number }) => String(number) === search.revision);
  return (
    <Stack gap="lg">
      <RevisionList
        deployment={deployment}
        revisions={items}
        rollouts={rollouts}
        onRollBack={setTarget}
        onCompare={(range) => change({ diff: formatRange(range) })}
      />
      <RevisionDiff
        revisions={items}
        range={parseRange(search.diff)}
        onChange={(range) => change({ diff: range === null ? undefined : formatRange(range) })}
      />
      <ServedAt
        deployment={{ group, id }}
        at={search.at}
        onChange={(at) => change({ at: at ?? undefined })}
      />
      <RevisionDrawer
        deployment={deployment}
        revision={opened ?? null}
        rollouts={rollouts}
        onClose={() => change({ revision: undefined })}
        onRollBack={setTarget}
      />
      {target === null ? null : (
        <RollBackModal deployment={deployment} target={target.number} onClose={() => setTarget(null)} />
      )}
    </Stack>
  );
}
