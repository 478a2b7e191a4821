import { Button, Group, Stack, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { IconActivity, IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { PageLink } from "#components/links.tsx";
import { Time } from "#components/time.tsx";
import { useNowMs } from "#components/use-now.ts";
import { formatDuration, plural } from "#lib/format.ts";
import { describeTraffic } from "#lib/traffic.ts";
import { RollBackModal } from "./roll-back-modal.tsx";
import { Shares } from "./shares.tsx";

/** What serves, since when and for whom; how much is asked of it; what one can go back to. */
export function Summary({ deployment }: { deployment: Deployment }) {
  const { servingRevision, shares, warm } = deployment;
  return (
    <Stack gap={6}>
      <Facts deployment={deployment} />
      {shares.length > 1 ? <Shares shares={shares} /> : null}
      {servingRevision === null ? null : <TrafficLine deployment={deployment} />}
      {warm === null || warm.revision === servingRevision ? null : (
        <WarmPredecessor deployment={deployment} warm={warm} />
      )}
    </Stack>
  );
}

function Facts({ deployment }: { deployment: Deployment }) {
  const { group, modelUri, modelName, modelVersion, servingRevision, latestRevision, access } = deployment;
  const { requestedModelUri } = deployment;
  const newestServes = servingRevision === null || servingRevision === latestRevision;
  return (
    <Text size="sm" component="div" className="break-anywhere">
      <PageLink
        className="mono"
        to="/g/$group/models/$name/versions/$version"
        params={{ group, name: modelName, version: modelVersion }}
      >
        {modelUri}
      </PageLink>
      {newestServes && requestedModelUri !== modelUri ? ` (asked for as ${requestedModelUri})` : ""} ·
      revision {servingRevision ?? latestRevision} by {deployment.updatedBy},{" "}
      <Time at={deployment.updatedAt} /> · {access} · {replicasWords(deployment)} · created{" "}
      <Time at={deployment.createdAt} /> by {deployment.createdBy}
    </Text>
  );
}

/** While requests are shared between revisions, the replicas of both answer. */
function replicasWords({ availableReplicas, replicas, shares, serving }: Deployment): string {
  if (serving?.idle && availableReplicas === 0) return "scaled to zero";
  return shares.length > 1
    ? `${plural(availableReplicas, "replica")} available`
    : `${availableReplicas}/${replicas} replicas available`;
}

function TrafficLine({ deployment: { traffic } }: { deployment: Deployment }) {
  const nowMs = useNowMs();
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <IconActivity size={16} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
      <Text size="sm">{describeTraffic(traffic, nowMs)}</Text>
    </Group>
  );
}

interface WarmProps {
  deployment: Deployment;
  warm: NonNullable<Deployment["warm"]>;
}

/** The revision before is still ready: going back to it takes no new start. */
function WarmPredecessor({ deployment, warm }: WarmProps) {
  const leftMs = Date.parse(warm.until) - useNowMs();
  const [asked, setAsked] = useState<number | null>(null);
  return (
    <Group gap="xs">
      <Group gap={6} wrap="nowrap" align="flex-start">
        <IconHistory size={16} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
        <Text size="sm">
          Revision {warm.revision} is kept warm
          {leftMs > 0
            ? ` for another ${formatDuration(Math.ceil(leftMs / 1_000) * 1_000)}: going back is instant`
            : ""}
        </Text>
      </Group>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Roll back to revision ${warm.revision}`}
        onClick={() => setAsked(warm.revision)}
      >
        Roll back
      </Button>
      {asked === null ? null : (
        <RollBackModal deployment={deployment} target={asked} onClose={() => setAsked(null)} />
      )}
    </Group>
  );
}
