import { Group, Stack, Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";
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
      {replicas.length === 0 ? (
        <Text size="sm" c="dimmed">
          None is running.
        </Text>
      ) : (
        <Stack gap="xs">
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
      )}
    </Section>
  );
}
