import { Group, Stack, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
import { IconArrowRight, IconArrowsJoin } from "@tabler/icons-react";
import { PageLink } from "#components/links.tsx";
import { Time } from "#components/time.tsx";
import { Section } from "#components/value-table.tsx";
import { useReplicas } from "#data/deployments.ts";
import { formatBytes, plural } from "#lib/format.ts";

/** The running copies of a deployment. */
export function ReplicasSection({ deployment }: { deployment: Deployment }) {
  const { group, id } = deployment;
  const replicas = useReplicas({ group, id }).data?.items ?? [];
  return (
    <Section title="Replicas">
      <Stack gap="xs">
        <BatchingLine serving={deployment.serving} />
        {replicas.length === 0 ? (
          <Text size="sm" c="dimmed">
            {deployment.serving?.idle
              ? "None is running: scaled to zero. The next request starts one, and waits for it."
              : "None is running."}
          </Text>
        ) : null}
        {replicas.map((replica) => (
          <Group key={replica.id} gap="md">
            <PageLink
              className="mono"
              to="/g/$group/deployments/$id"
              params={{ group, id }}
              search={{ tab: "logs", log: replica.id }}
            >
              {replica.id}
            </PageLink>
            <Text size="sm">{replica.state}</Text>
            <Text size="sm" c="dimmed">
              revision {replica.revision} · {plural(replica.restarts, "restart")}
              {replica.memoryBytes === null ? "" : ` · ${formatBytes(replica.memoryBytes)}`}
              {replica.startedAt === null ? null : (
                <>
                  {" "}
                  · started <Time at={replica.startedAt} />
                </>
              )}
            </Text>
            {replica.message === null ? null : (
              <Text size="sm" className="break-anywhere">
                {replica.message}
              </Text>
            )}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

/** What the worker says of predicting requests together. */
function BatchingLine({ serving }: Pick<Deployment, "serving">) {
  const batching = serving?.batching ?? null;
  if (batching === null) return null;
  const [Icon, words] =
    batching.state === "on"
      ? ([IconArrowsJoin, "Requests that wait at the same time are predicted together."] as const)
      : ([IconArrowRight, "Each request is predicted alone."] as const);
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Icon size={16} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
      <Text size="sm" className="break-anywhere">
        {words}{" "}
        <Text span inherit c="dimmed">
          {batching.reason}
        </Text>
      </Text>
    </Group>
  );
}
